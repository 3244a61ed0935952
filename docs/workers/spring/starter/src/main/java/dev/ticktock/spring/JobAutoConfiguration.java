package dev.ticktock.spring;

import java.util.UUID;

import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.SimpleRabbitListenerContainerFactoryConfigurer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Runs the methods that have {@link TickTockJob}.
 */
@AutoConfiguration(after = RabbitAutoConfiguration.class)
@ConditionalOnClass({ RabbitListenerConfigurer.class, RabbitAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "ticktock.jobs.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ JobProperties.class, LifecycleProperties.class })
class JobAutoConfiguration {

	@Bean
	Jobs ticktockJobs(ConfigurableListableBeanFactory beans, ApplicationContext context, JobProperties properties,
			LifecycleProperties lifecycle, ConnectionFactory connectionFactory,
			SimpleRabbitListenerContainerFactoryConfigurer configurer,
			ObjectProvider<ContainerCustomizer<SimpleMessageListenerContainer>> customizer) {
		JobReader reader = new JobReader(properties, context.getEnvironment().getProperty("spring.application.name"),
				UUID.randomUUID().toString(), (text) -> String.valueOf(beans.resolveEmbeddedValue(text)));
		return new Jobs(beans, reader, (job) -> {
			JobContainerFactory factory = new JobContainerFactory(job, lifecycle.getTimeoutPerShutdownPhase(),
					properties.outcomes());
			configurer.configure(factory, connectionFactory);
			factory.setApplicationContext(context);
			factory.setApplicationEventPublisher(context);
			factory.applyPromises(properties.retryInterval());
			customizer.ifUnique(factory::setContainerCustomizer);
			return factory;
		});
	}

}
