package dev.ticktock.spring;

import com.rabbitmq.client.Channel;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A running instance of an application with one job.
 */
record Instance(ConfigurableApplicationContext context, Work work, JobContainer container) implements AutoCloseable {

	/**
	 * Starts an instance.
	 * @param job the bean with the job
	 * @param arguments the settings of the application
	 */
	static Instance start(Class<? extends Work> job, String... arguments) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, job)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.registerShutdownHook(false)
			.run(arguments);
		RabbitListenerEndpointRegistry containers = context.getBean(RabbitListenerEndpointRegistry.class);
		return new Instance(context, context.getBean(Work.class),
				(JobContainer) containers.getListenerContainers().iterator().next());
	}

	/** Returns the name of its queue. */
	String queue() {
		return this.container.job().queue().getName();
	}

	/** Lets the broker close the connection of the instance, by asking for nonsense. */
	void loseConnection() {
		Channel channel = this.context.getBean(ConnectionFactory.class).createConnection().createChannel(false);
		assertThatThrownBy(() -> channel.basicQos(1, 1, false)).hasStackTraceContaining("NOT_IMPLEMENTED");
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The application.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
