package dev.ticktock.journal;

import java.time.Clock;
import java.util.function.Supplier;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires the journal; the replica starts it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ JournalProperties.class, MissedProperties.class })
class JournalConfiguration {

	@Bean
	Doubts doubts(MeterRegistry registry, Clock clock, Uptime uptime) {
		return new Doubts(registry, clock, uptime);
	}

	@Bean
	Chronicle chronicle(ObjectProvider<JournalRecords> listeners, Clock clock, Uptime uptime) {
		return new Chronicle(listeners.orderedStream().toList(), clock, uptime);
	}

	@Bean
	JournalDecoder journalDecoder(Topology topology, Trust trust) {
		return new JournalDecoder(topology, trust);
	}

	@Bean
	Ledger ledger(JournalDecoder decoder, ClockTolerance tolerance, Doubts doubts, Chronicle chronicle) {
		return new Ledger(decoder, tolerance, doubts, chronicle);
	}

	@Bean
	HistoryReading historyReading(BrokerConnector connector, Journal journal, Chronicle chronicle,
			ObjectProvider<JournalRecords> listeners, JournalDecoder decoder, ClockTolerance tolerance, Clock clock,
			Uptime uptime, Hearts hearts) {
		return new HistoryReading(connector, journal, chronicle, listeners.orderedStream().toList(), decoder, tolerance,
				clock, uptime, hearts);
	}

	@Bean(destroyMethod = "stop")
	Journal journal(BrokerConnector connector, Topology topology, JournalProperties properties, MissedProperties missed,
			Ledger ledger, Trust trust, ObjectProvider<Supplier<ReplicaInfo>> self, Uptime uptime, Hearts hearts) {
		return new Journal(connector, topology, properties, missed, ledger, trust, () -> {
			Supplier<ReplicaInfo> known = self.getIfAvailable();
			return (known != null) ? known.get() : null;
		}, uptime, hearts);
	}

	@Bean
	JournalMeters journalMeters(Journal journal) {
		return new JournalMeters(journal::state);
	}

}
