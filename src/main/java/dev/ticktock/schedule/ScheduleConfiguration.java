package dev.ticktock.schedule;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes the schedules of the configuration known.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class ScheduleConfiguration {

	private static final ConfigurationPropertyName CRON = ConfigurationPropertyName.of(ConfiguredSchedules.PROPERTY);

	/**
	 * Binds the lines from the property sources that have some. Spring Boot would look up
	 * each line in all property sources and keep its origin, which takes several times as
	 * long; there may be 100,000.
	 */
	@Bean
	ScheduleRegistry schedules(SchedulerProperties properties, ConfigurableEnvironment environment) {
		List<ConfigurationPropertySource> sources = StreamSupport
			.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
			.filter((source) -> source.containsDescendantOf(CRON) != ConfigurationPropertyState.ABSENT
					|| source.getConfigurationProperty(CRON) != null)
			.toList();
		Map<String, String> cron = new Binder(sources, new PropertySourcesPlaceholdersResolver(environment))
			.bind(CRON, Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		return new ConfiguredSchedules(cron, properties.defaults()).registry();
	}

}
