package dev.ticktock.leader;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.Trust;
import dev.ticktock.publish.TickMeters;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.time.Uptime;

/**
 * What a replica is, for as long as it runs.
 *
 * @param name the name that people know it by
 * @param run a name that no other replica and no other run of this one has
 * @param started when it was started
 * @param topology what it has at the broker
 */
record ReplicaContext(String name, String run, Instant started, Topology topology, LeaderProperties properties,
		BrokerConnector connector, TickMeters tickMeters, LeaderMeters leaderMeters, Trust trust,
		ClockTolerance tolerance, Clock clock, Uptime uptime) {

	ReplicaContext(Topology topology, LeaderProperties properties, BrokerConnector connector, TickMeters tickMeters,
			LeaderMeters leaderMeters, Trust trust, ClockTolerance tolerance, Clock clock, Uptime uptime) {
		this(connector.replica(), connector.replica() + " " + UUID.randomUUID(), clock.instant(), topology, properties,
				connector, tickMeters, leaderMeters, trust, tolerance, clock, uptime);
	}

}
