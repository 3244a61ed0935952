package dev.ticktock.leader;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/**
 * What a replica is, for as long as it runs.
 *
 * @param name the name that people know it by
 * @param run a name that no other replica and no other run of this one has
 * @param started when it was started
 * @param exchange the exchange that it publishes to
 */
record ReplicaContext(String name, String run, Instant started, String exchange, LeaderProperties properties,
		BrokerConnector connector, Ledger ledger, TickMeters tickMeters, LeaderMeters leaderMeters, Clock clock) {

	ReplicaContext(String name, String exchange, LeaderProperties properties, BrokerConnector connector, Ledger ledger,
			TickMeters tickMeters, LeaderMeters leaderMeters, Clock clock) {
		this(name, name + " " + UUID.randomUUID(), clock.instant(), exchange, properties, connector, ledger, tickMeters,
				leaderMeters, clock);
	}

	String leaderQueue() {
		return this.properties.queue(this.exchange);
	}

}
