package dev.ticktock.startup;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

/**
 * Refuses a port that is none before anything tries to use it: the libraries that would
 * notice do so with a stack trace, some of them only at the first connection.
 */
class PortCheck implements EnvironmentPostProcessor {

	private static final String BROKER_PORT = "spring.rabbitmq.port";

	private static final String BROKER_ADDRESSES = "spring.rabbitmq.addresses";

	private static final int HIGHEST = 65535;

	/** What Boot takes for "no HTTP". */
	private static final int NO_SERVER = -1;

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		check(environment, BROKER_PORT, 1);
		check(environment, "server.port", NO_SERVER);
		check(environment, "management.server.port", NO_SERVER);
		Binder.get(environment)
			.bind(BROKER_ADDRESSES, Bindable.listOf(String.class))
			.orElseGet(List::of)
			.forEach(this::checkAddress);
	}

	private void check(ConfigurableEnvironment environment, String property, int lowest) {
		String value = environment.getProperty(property);
		if (StringUtils.hasText(value)) {
			check(property, value, value.strip(), lowest);
		}
	}

	/**
	 * Checks the port of an address such as {@code amqp://user:password@host:5672/vhost},
	 * of which only the host is required. Does not repeat the password.
	 */
	private void checkAddress(String address) {
		String host = address.strip().replaceFirst("^amqps?://", "");
		host = host.substring(host.lastIndexOf('@') + 1);
		String shown = host;
		int path = host.indexOf('/');
		host = (path >= 0) ? host.substring(0, path) : host;
		int colon = host.lastIndexOf(':');
		if (colon >= 0 && colon > host.lastIndexOf(']')) {
			check(BROKER_ADDRESSES, shown, host.substring(colon + 1), 1);
		}
	}

	private void check(String property, String value, String port, int lowest) {
		Integer number = number(port);
		if (number == null || number < lowest || number > HIGHEST) {
			throw new InvalidSettingException(property, value,
					"\"%s\" is not a port: a port is a whole number from %d to %d".formatted(port, Math.max(lowest, 0),
							HIGHEST),
					property.startsWith("spring.rabbitmq")
							? "Set %s to the broker's port, usually 5672.".formatted(property)
							: "Set %s to a free port, or to 0 for a random one.".formatted(property),
					null);
		}
	}

	private @Nullable Integer number(String text) {
		try {
			return Integer.valueOf(text);
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
