package dev.ticktock.observe;

import java.time.Clock;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Discovery;
import dev.ticktock.journal.Journal;
import dev.ticktock.leader.Leadership;
import dev.ticktock.publish.TickMeters;
import dev.ticktock.schedule.ScheduleSource;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what can be seen.
 */
@Configuration(proxyBeanMethods = false)
class ObserveConfiguration {

	@Bean
	History history(ScheduleSource schedules, Clock clock) {
		return new History(schedules, clock);
	}

	@Bean
	OwnTicks ownTicks(History history, Journal journal, BrokerConnector connector) {
		return new OwnTicks(history, journal::state, connector.replica());
	}

	@Bean
	Observatory observatory(Topology topology, Leadership leadership, ScheduleSource schedules,
			ObjectProvider<Discovery> discovery, TickMeters meters, History history, Clock clock) {
		return new Observatory(topology, leadership, schedules, () -> {
			Discovery reading = discovery.getIfAvailable();
			return (reading != null) ? reading.status() : null;
		}, meters, history, clock);
	}

	@Bean
	TickTockEndpoint tickTockEndpoint(Observatory observatory) {
		return new TickTockEndpoint(observatory);
	}

	/** As the endpoint writes, so that its document holds for both. */
	@Bean
	Answers answers(Observatory observatory, ObjectProvider<EndpointJsonMapper> ofEndpoints, JsonMapper json) {
		EndpointJsonMapper mapper = ofEndpoints.getIfAvailable();
		return new Answers(observatory, (mapper != null) ? mapper.get() : json);
	}

}
