package dev.ticktock.message;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A replica, as the others see it.
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
 * @param pace the longest time until it says hello again
 * @param at when it said so, by its clock
 */
public record Hello(String name, String run, String role, Instant since, @Nullable String version,
		@Nullable String zoneData, @Nullable Duration clockOffset, Fingerprint configuration, Duration pace,
		Instant at) {

	/** The role of a replica that ends in an orderly way. */
	public static final String GONE = "GONE";

	/** Whether it has the same role, since the same moment. */
	public boolean isAsBefore(Hello before) {
		return this.role.equals(before.role) && this.since.equals(before.since);
	}

	/** Whether this is a replica's last record. */
	public boolean isGoodbye() {
		return GONE.equals(this.role);
	}

	/** Returns the last word of the same replica. */
	public Hello goodbye() {
		return new Hello(this.name, this.run, GONE, this.since, this.version, this.zoneData, this.clockOffset,
				this.configuration, this.pace, this.at);
	}

}
