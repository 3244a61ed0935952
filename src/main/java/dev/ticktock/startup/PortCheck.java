package dev.ticktock.startup;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

	private static final String BROKER_ADDRESSES = "spring.rabbitmq.addresses";

	/**
	 * Such as {@code amqp://user:password@host:5672/vhost}; only the host is required.
	 */
	private static final Pattern ADDRESS = Pattern
		.compile("(?:amqps?://)?(?:.*@)?(?<shown>(?:\\[.*]|[^:/]*)(?::(?<port>[^/]*))?.*)");

	private static final int HIGHEST = 65535;

	/** Boot's port for "no HTTP". */
	private static final int NO_SERVER = -1;

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		check(environment, "spring.rabbitmq.port", 1);
		check(environment, "server.port", NO_SERVER);
		check(environment, "management.server.port", NO_SERVER);
		for (String address : Binder.get(environment)
			.bind(BROKER_ADDRESSES, Bindable.listOf(String.class))
			.orElse(List.of())) {
			Matcher matcher = ADDRESS.matcher(address.strip());
			if (matcher.matches() && matcher.group("port") != null) {
				// The whole address is not repeated, because it may have a password.
				check(BROKER_ADDRESSES, matcher.group("shown"), matcher.group("port"), 1);
			}
		}
	}

	private static void check(ConfigurableEnvironment environment, String property, int lowest) {
		String value = environment.getProperty(property);
		if (StringUtils.hasText(value)) {
			check(property, value, value.strip(), lowest);
		}
	}

	private static void check(String property, String value, String port, int lowest) {
		int number = port.matches("-?\\d{1,5}") ? Integer.parseInt(port) : Integer.MAX_VALUE;
		InvalidSettingException.unless(number >= lowest && number <= HIGHEST, property, value,
				"\"%s\" is not a port: a port is a whole number from %d to %d".formatted(port, Math.max(lowest, 0),
						HIGHEST),
				"Set %s to %s.".formatted(property,
						(lowest > 0) ? "the broker's port, usually 5672" : "a free port, or to 0 for a random one"));
	}

}
