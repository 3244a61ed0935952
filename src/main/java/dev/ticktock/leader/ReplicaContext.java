package dev.ticktock.leader;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.TickProperties;
import dev.ticktock.message.Trust;
import dev.ticktock.publish.Listeners;
import dev.ticktock.publish.SetAside;
import dev.ticktock.publish.TermEnds;
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
 * @param setAside the schedules whose ticks the broker refuses
 * @param listeners who receives its ticks
 */
record ReplicaContext(String name, String run, Instant started, Topology topology, LeaderProperties properties,
		TickProperties tick, BrokerConnector connector, TickMeters tickMeters, LeaderMeters leaderMeters,
		SetAside setAside, Listeners listeners, TermEnds termEnds, Trust trust, ClockTolerance tolerance, Clock clock,
		Uptime uptime) {

	ReplicaContext(Topology topology, LeaderProperties properties, TickProperties tick, BrokerConnector connector,
			TickMeters tickMeters, LeaderMeters leaderMeters, SetAside setAside, Listeners listeners, Trust trust,
			ClockTolerance tolerance, Clock clock, Uptime uptime) {
		this(connector.replica(), connector.replica() + " " + UUID.randomUUID(), clock.instant(), topology, properties,
				tick, connector, tickMeters, leaderMeters, setAside, listeners, new TermEnds(uptime), trust, tolerance,
				clock, uptime);
	}

	/** Returns the encoder of the ticks of a term that may begin. */
	TickMessage message(Dialect dialect) {
		TickMessage message = new TickMessage(this.clock, this.name, dialect);
		return this.tick.cloudEvents() ? message.withCloudEvents(this.topology.exchange()) : message;
	}

}
