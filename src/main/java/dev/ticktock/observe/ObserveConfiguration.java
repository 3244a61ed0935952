package dev.ticktock.observe;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Discovery;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Uptime;
import dev.ticktock.time.ZoneData;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what can be seen.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ObserveProperties.class)
class ObserveConfiguration {

	@Bean
	History history(ScheduleSource schedules, ObserveProperties properties, MissedMeters missed) {
		return new History(schedules, properties.events(), missed::count);
	}

	/** The journal tells the history, and the replica that leads reads the journal. */
	@Bean
	MissedMeters missedMeters(MeterRegistry registry, TickMeters events, ObjectProvider<Leadership> leadership,
			Uptime uptime) {
		return new MissedMeters(registry, events, () -> leadership.getObject().term() != null, uptime);
	}

	@Bean
	Replicas replicas() {
		return new Replicas();
	}

	@Bean
	Supplier<ReplicaInfo> self(Leadership leadership, ObjectProvider<Discovery> discovery,
			ObjectProvider<BuildProperties> build, ScheduleRegistry schedules, Topology topology,
			SchedulerProperties scheduler, Clock clock) {
		String run = UUID.randomUUID().toString();
		BuildProperties properties = build.getIfAvailable();
		String version = (properties != null) ? properties.getVersion() : null;
		Discovery reading = discovery.getIfAvailable();
		Fingerprint configuration = fingerprint(schedules, topology, scheduler.defaults(),
				(reading != null) ? reading.describeQuotas() : "none");
		Supplier<@Nullable DiscoveryStatus> workers = status(discovery);
		return () -> {
			LeadershipStatus status = leadership.status();
			DiscoveryStatus bindings = workers.get();
			return new ReplicaInfo(status.replica(), run, status.role().name(), status.since(), version,
					ZoneData.ofThisJava().version(), (bindings != null) ? bindings.clockOffset() : null, configuration,
					clock.instant().truncatedTo(ChronoUnit.MILLIS));
		};
	}

	/**
	 * Returns what tells the configuration of a replica from that of another.
	 * @param registering which schedules of workers are taken, in words
	 */
	static Fingerprint fingerprint(ScheduleRegistry schedules, Topology topology, Schedule.Defaults defaults,
			String registering) {
		Stream<String> lines = schedules.configured()
			.all()
			.stream()
			.flatMap((schedule) -> Stream.of(schedule.event(), schedule.definition(), schedule.validity().toString()));
		return new Fingerprint(digest(Stream.concat(lines, schedules.switchedOff().stream().sorted())), digest(Stream
			.of(topology.leaderQueue(), defaults.zone().getId(), defaults.maxValidity().toString(), registering)));
	}

	private static String digest(Stream<String> texts) {
		return UUID.nameUUIDFromBytes(texts.collect(Collectors.joining("\0")).getBytes(StandardCharsets.UTF_8))
			.toString();
	}

	@Bean
	Problems problems(History history, Ledger ledger, TickMeters meters) {
		return new Problems(history, ledger, meters);
	}

	@Bean
	Observatory observatory(Topology topology, Leadership leadership, Supplier<ReplicaInfo> self, Replicas replicas,
			ScheduleSource schedules, ObjectProvider<Discovery> discovery, Problems problems, History history,
			BrokerConnector connector, Clock clock) {
		return new Observatory(topology, leadership, self, replicas, schedules, status(discovery), problems, history,
				connector.virtualHost(), clock);
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
