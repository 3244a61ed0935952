package dev.ticktock.health;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.Cursor;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports whether this replica leads or could take over at once: both are up.
 */
class LeaderHealthIndicator extends AbstractHealthIndicator {

	private final Leadership leadership;

	LeaderHealthIndicator(Leadership leadership) {
		this.leadership = leadership;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		LeadershipStatus status = this.leadership.status();
		boolean up = status.role() != Role.DISCONNECTED && status.journal() != JournalState.DETACHED
				&& status.journal() != JournalState.INCOMPLETE;
		builder.status(up ? Status.UP : Status.DOWN)
			.withDetail("role", status.role())
			.withDetail("since", status.since())
			.withDetail("journal", status.journal());
		Cursor cursor = status.cursor();
		if (cursor != null) {
			builder.withDetail("cursor", cursor);
		}
	}

}
