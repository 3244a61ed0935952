package dev.ticktock.schedule;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the schedules of the configuration known.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class ScheduleConfiguration {

	@Bean
	ScheduleRegistry schedules(SchedulerProperties properties) {
		return properties.registry();
	}

}
