package dev.ticktock.observe;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Discovery;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.startup.InvalidSettingException;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import dev.ticktock.time.ZoneData;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Wires what can be seen, and the health.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ObserveConfiguration.ObserveProperties.class)
@Import({ Replicas.class, Problems.class, TickTockEndpoint.class })
class ObserveConfiguration {

	@Bean
	TickMeters tickMeters(MeterRegistry registry, ObserveProperties properties, Clock clock, Uptime uptime) {
		return new TickMeters(registry, properties.maxEventTags(), clock, uptime);
	}

	@Bean
	History history(ScheduleSource schedules, ObserveProperties properties, HistoryMeters meters) {
		return new History(schedules, properties.events(), meters);
	}

	/** The history listens to the journal, on which the replica depends. */
	@Bean
	HistoryMeters historyMeters(MeterRegistry registry, TickMeters events, ObjectProvider<Leadership> leadership,
			Uptime uptime) {
		return new HistoryMeters(registry, events, () -> leadership.getObject().term() != null, uptime);
	}

	/** Returns the state of the bindings; {@code null} if they are not read. */
	@Bean
	Supplier<@Nullable DiscoveryStatus> bindings(ObjectProvider<Discovery> discovery) {
		Discovery reading = discovery.getIfAvailable();
		return () -> (reading != null) ? reading.status() : null;
	}

	@Bean
	Supplier<ReplicaInfo> self(Leadership leadership, ObjectProvider<Discovery> discovery,
			Supplier<@Nullable DiscoveryStatus> bindings, ObjectProvider<BuildProperties> build,
			ScheduleRegistry schedules, BrokerConnector connector, Topology topology, SchedulerProperties scheduler,
			Clock clock) {
		String version = build.stream().map(BuildProperties::getVersion).findFirst().orElse(null);
		Fingerprint configuration = fingerprint(schedules, topology, scheduler.defaults(),
				discovery.stream().map(Discovery::describeQuotas).findFirst().orElse("none"));
		return () -> {
			LeadershipStatus status = leadership.status();
			DiscoveryStatus workers = bindings.get();
			return new ReplicaInfo(status.replica(), connector.run(), status.role().name(), status.since(), version,
					ZoneData.ofThisJava().version(), (workers != null) ? workers.clockOffset() : null, configuration,
					clock.instant().truncatedTo(ChronoUnit.MILLIS));
		};
	}

	/**
	 * The holds are those of the leader, by the journal; without one, those that this
	 * replica has read.
	 */
	@Bean
	Supplier<Situation> situation(Leadership leadership, Ledger ledger, ScheduleSource schedules, Replicas replicas,
			Supplier<ReplicaInfo> self, Supplier<@Nullable DiscoveryStatus> bindings, Clock clock,
			MeterRegistry registry) {
		NextSlots nextSlots = new NextSlots();
		Supplier<Holds> holds = () -> Objects.requireNonNullElseGet(ledger.holds(), () -> schedules.current().holds());
		Gauge.builder("ticktock.held", () -> holds.get().count(schedules.current().all()))
			.description("Events on hold.")
			.register(registry);
		return () -> {
			Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
			Holds held = holds.get();
			return new Situation(now, leadership.status(), nextSlots.at(now, schedules.current(), held), held,
					replicas.list(self.get()), bindings.get());
		};
	}

	/**
	 * Returns the fingerprint of a configuration.
	 * @param registering which schedules of workers are taken, in words
	 */
	static Fingerprint fingerprint(ScheduleRegistry schedules, Topology topology, Schedule.Defaults defaults,
			String registering) {
		Stream<String> lines = schedules.configured()
			.all()
			.stream()
			.flatMap((schedule) -> Stream.concat(
					Stream.of(schedule.event(), schedule.definition(), schedule.validity().toString()),
					Stream.ofNullable(schedule.data())));
		return new Fingerprint(digest(Stream.concat(lines, schedules.switchedOff().stream().sorted())), digest(Stream
			.of(topology.leaderQueue(), defaults.zone().getId(), defaults.maxValidity().toString(), registering)));
	}

	private static String digest(Stream<String> texts) {
		return UUID.nameUUIDFromBytes(texts.collect(Collectors.joining("\0")).getBytes(StandardCharsets.UTF_8))
			.toString();
	}

	/**
	 * The connection that ticks are published over. In the place of Boot's indicator,
	 * which opens another connection and logs a stack trace each time the broker is away.
	 */
	@Bean
	HealthIndicator rabbitHealthIndicator(Leadership leadership, Supplier<@Nullable DiscoveryStatus> bindings) {
		return () -> {
			LeadershipStatus status = leadership.status();
			DiscoveryStatus workers = bindings.get();
			Duration offset = (workers != null) ? workers.clockOffset() : null;
			Health.Builder health = upIf(status.role() != Role.DISCONNECTED && status.accepting())
				.withDetail("replica", status.replica())
				.withDetail("clockOffset", (offset != null) ? offset.toString()
						: "unknown: only the broker's management API tells its time");
			add(health, "broker", status.broker());
			return add(health, "trouble", status.accepting() ? status.trouble()
					: "the broker has blocked publishing: it is low on memory or disk space")
				.build();
		};
	}

	/** Whether this replica leads or could take over at once: both are up. */
	@Bean
	HealthIndicator leaderHealthIndicator(Leadership leadership) {
		return () -> {
			LeadershipStatus status = leadership.status();
			Health.Builder health = upIf(status.role() != Role.DISCONNECTED && status.journal() != JournalState.DETACHED
					&& status.journal() != JournalState.INCOMPLETE)
				.withDetail("role", status.role())
				.withDetail("since", status.since())
				.withDetail("journal", status.journal());
			return add(health, "cursor", status.cursor()).build();
		};
	}

	@Bean
	ThreadsHealthIndicator threadsHealthIndicator(Hearts hearts, Clock clock) {
		return new ThreadsHealthIndicator(hearts, clock);
	}

	private static Health.Builder upIf(boolean up) {
		return up ? Health.up() : Health.down();
	}

	private static Health.Builder add(Health.Builder health, String detail, @Nullable Object value) {
		return (value != null) ? health.withDetail(detail, value) : health;
	}

	/**
	 * Settings of the history, and of the meters of ticks.
	 *
	 * @param events Largest number of events that have a history.
	 * @param maxEventTags Largest number of events that the meters of ticks tell apart;
	 * the others share the tag "other".
	 */
	@ConfigurationProperties("ticktock.observe")
	record ObserveProperties(@DefaultValue("10000") int events, @DefaultValue("100") int maxEventTags) {

		ObserveProperties {
			check("events", events, 100_000, 10_000);
			check("max-event-tags", maxEventTags, 10_000, 100);
		}

		private static void check(String name, int value, int most, int usual) {
			InvalidSettingException.unless(value >= 0 && value <= most, "ticktock.observe." + name, value,
					"it is not between 0 and %d".formatted(most), "Use a number such as %d.".formatted(usual));
		}

	}

}
