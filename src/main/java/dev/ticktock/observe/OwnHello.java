package dev.ticktock.observe;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Supplier;

import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.Presence;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.message.Hello;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;

/**
 * What this replica says of itself. Safe for use by several threads.
 */
final class OwnHello implements Presence {

	private final String run = UUID.randomUUID().toString();

	private final Leadership leadership;

	private final Supplier<@Nullable DiscoveryStatus> discovery;

	private final Roster roster;

	private final @Nullable String version;

	private final ZoneData zoneData;

	private final Fingerprint configuration;

	private final Clock clock;

	/**
	 * Creates an instance.
	 * @param discovery tells how far the clock is ahead of the broker's; {@code null} if
	 * nobody does
	 * @param roster told each time that somebody wants to tell the others
	 * @param version the version of TickTock; {@code null} if it is not known
	 */
	OwnHello(Leadership leadership, Supplier<@Nullable DiscoveryStatus> discovery, Roster roster,
			@Nullable String version, ZoneData zoneData, Fingerprint configuration, Clock clock) {
		this.leadership = leadership;
		this.discovery = discovery;
		this.roster = roster;
		this.version = version;
		this.zoneData = zoneData;
		this.configuration = configuration;
		this.clock = clock;
	}

	@Override
	public Hello hello() {
		this.roster.listening();
		return now();
	}

	/** Returns all replicas, this one as it is now. */
	Attendance attendance() {
		return this.roster.attendance(now());
	}

	ZoneData zoneData() {
		return this.zoneData;
	}

	private Hello now() {
		LeadershipStatus status = this.leadership.status();
		DiscoveryStatus workers = this.discovery.get();
		return new Hello(status.replica(), this.run, status.role().name(), status.since(), this.version,
				this.zoneData.version(), (workers != null) ? workers.clockOffset() : null, this.configuration,
				this.roster.pace(), this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
	}

}
