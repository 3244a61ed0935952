package dev.ticktock.leader;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.LeaderProperties;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Wires the replica.
 */
@Configuration(proxyBeanMethods = false)
@Import(Terms.class)
class LeaderConfiguration {

	@Bean
	Replica replica(BrokerConnector connector, Topology topology, LeaderProperties properties, Terms terms,
			Journal journal, ScheduleSource schedules, MeterRegistry registry, ApplicationEventPublisher events,
			Uptime uptime, Hearts hearts) {
		Replica replica = new Replica(connector, topology, properties, terms, journal, schedules, events, uptime,
				hearts);
		Gauge.builder("ticktock.leader", () -> (replica.term() != null) ? 1 : 0)
			.description("Whether this replica leads: 1 or 0.")
			.register(registry);
		return replica;
	}

}
