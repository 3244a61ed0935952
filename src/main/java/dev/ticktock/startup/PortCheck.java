package dev.ticktock.startup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

/**
 * Refuses a port that is none before anything tries to use it: the libraries that would
 * notice do so with a stack trace, some of them only at the first connection.
 */
class PortCheck implements EnvironmentPostProcessor {

	private static final String BROKER_PORT = "spring.rabbitmq.port";

	private static final String BROKER_ADDRESSES = "spring.rabbitmq.addresses";

	private static final Pattern ADDRESS_PORT = Pattern.compile(":(?<port>[^:/?\\]]*)(/.*)?$");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		check(environment, BROKER_PORT, 1);
		check(environment, "server.port", 0);
		check(environment, "management.server.port", -1);
		String addresses = environment.getProperty(BROKER_ADDRESSES);
		for (String address : StringUtils.commaDelimitedListToStringArray(addresses)) {
			Matcher matcher = ADDRESS_PORT.matcher(address.strip().replaceFirst("^amqps?://", ""));
			if (matcher.find()) {
				check(BROKER_ADDRESSES, address, matcher.group("port"), 1);
			}
		}
	}

	private void check(ConfigurableEnvironment environment, String property, int lowest) {
		String value = environment.getProperty(property);
		if (StringUtils.hasText(value)) {
			check(property, value, value.strip(), lowest);
		}
	}

	private void check(String property, String value, String port, int lowest) {
		Integer number = number(port);
		if (number == null || number < lowest || number > 65535) {
			throw new InvalidSettingException(property, value,
					"\"%s\" is not a port: a port is a whole number from %d to 65535".formatted(port, lowest),
					"Set " + property + " to the port that is meant; a broker's is usually 5672.", null);
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
