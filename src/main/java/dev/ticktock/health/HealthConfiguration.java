package dev.ticktock.health;

import java.time.Clock;

import dev.ticktock.discovery.Discovery;
import dev.ticktock.leader.Leadership;
import dev.ticktock.time.Hearts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what operators see.
 */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

	@Bean
	HealthContributor rabbitHealthContributor(Leadership leadership, ObjectProvider<Discovery> discovery) {
		return new BrokerHealthIndicator(leadership, () -> {
			Discovery reading = discovery.getIfAvailable();
			return (reading != null) ? reading.status().clockOffset() : null;
		});
	}

	@Bean
	HealthContributor threadsHealthContributor(Hearts hearts, Clock clock) {
		return new ThreadsHealthIndicator(hearts, clock);
	}

	@Bean
	HealthContributor leaderHealthContributor(Leadership leadership) {
		return new LeaderHealthIndicator(leadership);
	}

}
