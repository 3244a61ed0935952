package dev.ticktock.journal;

import java.time.Clock;
import java.util.function.Supplier;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.LeaderProperties;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Wires the journal, the names of what TickTock has at the broker, and what counts there;
 * the replica starts the journal.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ JournalProperties.class, JournalConfiguration.MissedProperties.class })
@Import({ JournalDecoder.class, Ledger.class, HistoryReading.class })
class JournalConfiguration {

	@Bean
	Topology topology(SchedulerProperties scheduler, LeaderProperties leader, JournalProperties journal) {
		return new Topology(scheduler.exchange(), leader.queue(scheduler.exchange()),
				journal.queue(scheduler.exchange()));
	}

	@Bean
	Trust trust(BrokerConnector connector, LeaderProperties leader) {
		return new Trust(connector.user(), leader.trustedUsers());
	}

	@Bean
	ClockTolerance clockTolerance(LeaderProperties leader, Clock clock) {
		return new ClockTolerance(clock, leader.clockTolerance());
	}

	/** The state of this replica depends on the replica, which reads the journal. */
	@Bean(destroyMethod = "stop")
	Journal journal(BrokerConnector connector, Topology topology, JournalProperties properties, MissedProperties missed,
			Ledger ledger, Trust trust, ObjectProvider<Supplier<ReplicaInfo>> self, Uptime uptime, Hearts hearts) {
		return new Journal(connector, topology, properties, missed.enabled(), ledger, trust,
				() -> self.getObject().get(), uptime, hearts);
	}

	/** Without the journal, a replica does not become the leader. */
	@Bean
	MeterBinder journalMeters(Journal journal) {
		return (registry) -> Gauge.builder("ticktock.journal.attached", () -> switch (journal.state()) {
			case ATTACHED, INCOMPLETE -> 1;
			case DETACHED -> 0;
			case OFF -> Double.NaN;
		}).description("1 while the journal is read, 0 while it is not, NaN if there is none.").register(registry);
	}

	/**
	 * How ticks are found that queues have dead-lettered.
	 *
	 * @param enabled Whether the journal records ticks that queues dead-letter to the
	 * exchange's name and ".missed".
	 */
	@ConfigurationProperties("ticktock.missed")
	record MissedProperties(@DefaultValue("true") boolean enabled) {

	}

}
