package dev.ticktock.missed;

import java.time.Clock;
import java.util.UUID;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.LeaderProperties;
import dev.ticktock.leader.Leadership;
import dev.ticktock.message.Trust;
import dev.ticktock.missed.MissedReader.Destination;
import dev.ticktock.leader.EventMeters;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what is known of missed ticks. A replica that does not read them itself still
 * hears of them from the journal.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MissedProperties.class)
class MissedConfiguration {

	private final String run = UUID.randomUUID().toString();

	@Bean
	Misses misses(ObjectProvider<MissedListener> listeners) {
		return new Misses(listeners.orderedStream().toList());
	}

	@Bean
	MissedMeters missedMeters(MeterRegistry registry, EventMeters events, Uptime uptime) {
		return new MissedMeters(registry, events, this.run, uptime);
	}

	@Bean
	Vetting vetting(ScheduleSource schedules, ClockTolerance tolerance, MeterRegistry registry, Uptime uptime) {
		return new Vetting(schedules, tolerance, registry, uptime);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "ticktock.missed.enabled", matchIfMissing = true)
	MissedReading missedReading(BrokerConnector connector, Leadership leadership, SchedulerProperties scheduler,
			MissedProperties properties, LeaderProperties leader, Journal journal, Misses misses, Trust trust,
			Vetting vetting, Clock clock, Uptime uptime, Hearts hearts) {
		MissedQueue queue = new MissedQueue(connector, properties.queue(scheduler.exchange()),
				leader.queueType().argument(), properties);
		return new MissedReading(connector, leadership, queue,
				() -> new Destination((journal.state() != JournalState.OFF) ? journal.queue() : null, misses::missed,
						trust),
				vetting, this.run, clock, uptime, hearts);
	}

}
