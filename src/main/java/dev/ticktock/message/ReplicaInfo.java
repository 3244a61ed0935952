package dev.ticktock.message;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A replica, as it describes itself to the others. Fields that it does not know are
 * {@code null}.
 *
 * @param run a name that no other replica and no other run of this one has
 * @param role its role, in one word; {@link #GONE} if it ends
 * @param since when it took that role, by its clock
 * @param clockOffset how far its clock is ahead of the broker's
 * @param at when it described itself, by its clock
 */
public record ReplicaInfo(String name, String run, String role, Instant since, @Nullable String version,
		@Nullable String zoneData, @Nullable Duration clockOffset, Fingerprint configuration, Instant at) {

	/** The time between two records of a replica. */
	public static final Duration INTERVAL = Duration.ofSeconds(20);

	/** The role of a replica that ends in an orderly way. */
	public static final String GONE = "GONE";

	public boolean isAsBefore(ReplicaInfo before) {
		return this.role.equals(before.role) && this.since.equals(before.since);
	}

	public ReplicaInfo gone() {
		return new ReplicaInfo(this.name, this.run, GONE, this.since, this.version, this.zoneData, this.clockOffset,
				this.configuration, this.at);
	}

	/** Distinguishes two configurations by their schedules and by other settings. */
	public record Fingerprint(String schedules, String settings) {

	}

}
