package dev.ticktock.observe;

import java.time.Clock;
import java.util.function.Supplier;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Discovery;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.publish.SetAside;
import dev.ticktock.publish.TickMeters;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Uptime;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what can be seen.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ObserveProperties.class)
class ObserveConfiguration {

	@Bean
	History history(ScheduleSource schedules, ObserveProperties properties) {
		return new History(schedules, properties.events());
	}

	@Bean
	OwnTicks ownTicks(History history, Journal journal, BrokerConnector connector) {
		return new OwnTicks(history, journal::state, connector.replica());
	}

	@Bean
	Roster roster(Clock clock, Uptime uptime) {
		return new Roster(clock, uptime);
	}

	@Bean
	OwnHello ownHello(Leadership leadership, ObjectProvider<Discovery> discovery, Roster roster,
			ObjectProvider<BuildProperties> build, ScheduleRegistry schedules, Topology topology,
			SchedulerProperties scheduler, Clock clock) {
		BuildProperties properties = build.getIfAvailable();
		Discovery reading = discovery.getIfAvailable();
		return new OwnHello(leadership, status(discovery), roster,
				(properties != null) ? properties.getVersion() : null, ZoneData.ofThisJava(), Fingerprints.of(schedules,
						topology, scheduler.defaults(), (reading != null) ? reading.describeQuotas() : "none"),
				clock);
	}

	@Bean
	Observatory observatory(Topology topology, Leadership leadership, OwnHello hello, ScheduleSource schedules,
			ObjectProvider<Discovery> discovery, Ledger ledger, TickMeters meters, SetAside setAside, History history,
			BrokerConnector connector, Clock clock) {
		return new Observatory(topology, leadership, hello, schedules, status(discovery), ledger, meters, setAside,
				history, connector.virtualHost(), clock);
	}

	@Bean
	TickTockEndpoint tickTockEndpoint(Observatory observatory) {
		return new TickTockEndpoint(observatory);
	}

	private static Supplier<@Nullable DiscoveryStatus> status(ObjectProvider<Discovery> discovery) {
		return () -> {
			Discovery reading = discovery.getIfAvailable();
			return (reading != null) ? reading.status() : null;
		};
	}

	/** As the endpoint writes, so that its document holds for both. */
	@Bean
	Answers answers(Observatory observatory, ObjectProvider<EndpointJsonMapper> ofEndpoints, JsonMapper json) {
		EndpointJsonMapper mapper = ofEndpoints.getIfAvailable();
		return new Answers(observatory, (mapper != null) ? mapper.get() : json);
	}

}
