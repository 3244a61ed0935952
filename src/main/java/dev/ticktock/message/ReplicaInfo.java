package dev.ticktock.message;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A replica, as it describes itself to the others.
 *
 * @param name the name that people know it by
 * @param run a name that no other replica and no other run of this one has
 * @param role what it does, in one word; {@link #GONE} if it ends
 * @param since when it began to, by its clock
 * @param version its version; {@code null} if it does not know
 * @param zoneData the version of its time zone data; {@code null} if it does not know
 * @param clockOffset how far its clock is ahead of the broker's; {@code null} if it does
 * not know
 * @param configuration what tells its configuration from others
 * @param at when it described itself, by its clock
 */
public record ReplicaInfo(String name, String run, String role, Instant since, @Nullable String version,
		@Nullable String zoneData, @Nullable Duration clockOffset, Fingerprint configuration, Instant at) {

	/** The time between two records of a replica. */
	public static final Duration INTERVAL = Duration.ofSeconds(20);

	/** The role of a replica that ends in an orderly way. */
	public static final String GONE = "GONE";

	/** Whether it does the same, since the same moment. */
	public boolean isAsBefore(ReplicaInfo before) {
		return this.role.equals(before.role) && this.since.equals(before.since);
	}

	public boolean isGone() {
		return GONE.equals(this.role);
	}

	/** Returns the last description of the same replica. */
	public ReplicaInfo gone() {
		return new ReplicaInfo(this.name, this.run, GONE, this.since, this.version, this.zoneData, this.clockOffset,
				this.configuration, this.at);
	}

}
