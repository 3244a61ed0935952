package dev.ticktock.schedule;

import dev.ticktock.startup.PropertyMap;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes the schedules of the configuration known.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class ScheduleConfiguration {

	@Bean
	ScheduleRegistry schedules(SchedulerProperties properties, ConfigurableEnvironment environment) {
		return new ConfiguredSchedules(PropertyMap.of(environment, ConfiguredSchedules.PROPERTY), properties.defaults())
			.registry();
	}

}
