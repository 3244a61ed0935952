package dev.ticktock.health;

import dev.ticktock.discovery.Discovery;
import dev.ticktock.leader.Leadership;

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
	HealthContributor leaderHealthContributor(Leadership leadership) {
		return new LeaderHealthIndicator(leadership);
	}

}
