package dev.ticktock.leader;

import java.time.Clock;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalProperties;
import dev.ticktock.message.TickProperties;
import dev.ticktock.message.Trust;
import dev.ticktock.publish.Listeners;
import dev.ticktock.publish.SetAside;
import dev.ticktock.publish.TickMeters;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires the replica.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ LeaderProperties.class, TickProperties.class })
class LeaderConfiguration {

	@Bean
	Trust trust(BrokerConnector connector, LeaderProperties leader) {
		return Trust.of(connector.user(), leader.trustedUsers());
	}

	@Bean
	ClockTolerance clockTolerance(LeaderProperties leader, Clock clock) {
		return new ClockTolerance(clock, leader.clockTolerance());
	}

	@Bean
	Topology topology(SchedulerProperties scheduler, LeaderProperties leader, JournalProperties journal) {
		return new Topology(scheduler.exchange(), leader.queue(scheduler.exchange()),
				journal.queue(scheduler.exchange()));
	}

	@Bean
	Replica replica(Topology topology, LeaderProperties properties, TickProperties tick, BrokerConnector connector,
			Journal journal, Trust trust, ClockTolerance tolerance, ScheduleSource schedules, TickMeters tickMeters,
			SetAside setAside, ObjectProvider<Listeners> listeners, MeterRegistry registry, Clock clock, Uptime uptime,
			ApplicationEventPublisher events, Hearts hearts) {
		// Found when it is asked: what reads the bindings needs beans of this package.
		Listeners known = (event) -> listeners.getIfAvailable(() -> Listeners.UNKNOWN).of(event);
		ReplicaContext context = new ReplicaContext(topology, properties, tick, connector, tickMeters,
				new LeaderMeters(registry), setAside, known, trust, tolerance, clock, uptime);
		return new Replica(context, journal, schedules, events, hearts);
	}

}
