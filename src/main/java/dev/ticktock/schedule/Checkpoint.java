package dev.ticktock.schedule;

import java.util.Map;

/**
 * What a leader tells the leaders to come: how far it is, and where each schedule stands.
 * A schedule that it does not have, or has with another definition, is new to its reader.
 *
 * @param cursor the last tick published
 * @param standings where each schedule stands, by event
 */
public record Checkpoint(Cursor cursor, Map<String, Standing> standings) {

	public Checkpoint {
		standings = Map.copyOf(standings);
	}

}
