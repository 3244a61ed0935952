package dev.ticktock.publish;

import java.time.Clock;

import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires the meters of ticks, which are there from the start for the schedules that are
 * known then.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MeterProperties.class)
class PublishConfiguration {

	@Bean
	EventMeters eventMeters(MeterRegistry registry, MeterProperties properties) {
		return new EventMeters(registry, properties.maxEventTags());
	}

	@Bean
	TickMeters tickMeters(EventMeters eventMeters, ScheduleSource schedules, ObjectProvider<TickListener> listeners,
			Clock clock, Uptime uptime) {
		TickMeters meters = new TickMeters(eventMeters, clock, uptime, listeners.orderedStream().toList());
		meters.know(schedules.current());
		return meters;
	}

	@Bean
	SetAside setAside(ScheduleSource schedules, Uptime uptime) {
		return new SetAside(schedules, uptime);
	}

}
