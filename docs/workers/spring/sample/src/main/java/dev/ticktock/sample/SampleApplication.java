package dev.ticktock.sample;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Starts the worker.
 */
@SpringBootApplication(proxyBeanMethods = false)
class SampleApplication {

	public static void main(String[] args) {
		// A JVM that was ended by SIGTERM has the exit status 143; this worker says 0.
		SpringApplication.getShutdownHandlers().add(() -> Runtime.getRuntime().halt(0));
		SpringApplication.run(SampleApplication.class, args);
	}

	/** For addresses that end in {@code /%2F}: Spring Boot does not decode them. */
	@Bean
	ConnectionFactoryCustomizer decodedVirtualHost() {
		return (factory) -> factory.setVirtualHost(URLDecoder.decode(factory.getVirtualHost(), StandardCharsets.UTF_8));
	}

}
