package dev.ticktock.observe;

import java.time.Clock;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.journal.Journal;
import dev.ticktock.schedule.ScheduleSource;

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

}
