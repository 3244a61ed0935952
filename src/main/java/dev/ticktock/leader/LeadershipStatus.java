package dev.ticktock.leader;

import java.time.Instant;

import dev.ticktock.journal.JournalState;
import dev.ticktock.schedule.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The state of a replica. Published as an application event, on the replica's thread,
 * when it has taken another role; a listener must not block.
 *
 * @param replica the replica's name
 * @param role the replica's role
 * @param since when it began to
 * @param broker the broker's product, version and address; {@code null} while there is no
 * connection
 * @param accepting whether the broker takes messages
 * @param journal what the replica knows from the journal
 * @param cursor the last tick published, as far as this replica knows; {@code null} if it
 * knows of none
 * @param trouble the last thing that went wrong, as a sentence; {@code null} once it is
 * mended
 */
public record LeadershipStatus(String replica, Role role, Instant since, @Nullable String broker, boolean accepting,
		JournalState journal, @Nullable Cursor cursor, @Nullable String trouble) {

}
