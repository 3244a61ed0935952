package dev.ticktock.health;

import dev.ticktock.leader.Leadership;

import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what operators see.
 */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

	@Bean
	HealthContributor rabbitHealthContributor(Leadership leadership) {
		return new BrokerHealthIndicator(leadership);
	}

	@Bean
	HealthContributor leaderHealthContributor(Leadership leadership) {
		return new LeaderHealthIndicator(leadership);
	}

}
