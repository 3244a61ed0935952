package dev.ticktock.journal;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Uptime;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires the journal; the replica starts it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JournalProperties.class)
class JournalConfiguration {

	@Bean
	Ledger ledger() {
		return new Ledger();
	}

	@Bean(destroyMethod = "stop")
	Journal journal(BrokerConnector connector, SchedulerProperties scheduler, JournalProperties properties,
			Ledger ledger, Uptime uptime) {
		return new Journal(connector, scheduler.exchange(), properties, ledger, uptime);
	}

}
