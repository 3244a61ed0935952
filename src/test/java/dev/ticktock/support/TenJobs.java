package dev.ticktock.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Ten schedules that are due each second and valid for two minutes, so that a leader that
 * is gone always owes something.
 */
public final class TenJobs {

	/** The events of the schedules. */
	public static final Set<String> EVENTS = Collections
		.unmodifiableSet(new TreeSet<>(IntStream.range(0, 10).mapToObj((i) -> "job." + i).toList()));

	private TenJobs() {
	}

	/** Returns the arguments of a TickTock that publishes them to an exchange. */
	public static List<String> arguments(String exchange) {
		List<String> arguments = new ArrayList<>(List.of("--ticktock.scheduler.exchange=" + exchange));
		EVENTS.forEach((event) -> {
			arguments.add("--ticktock.scheduler.cron.%s.cron=* * * * * *".formatted(event));
			arguments.add("--ticktock.scheduler.cron.%s.validity=2m".formatted(event));
		});
		return arguments;
	}

	public static List<String> arguments(RabbitMqNode node, String exchange) {
		return arguments("127.0.0.1", node.port(), exchange);
	}

	public static List<String> arguments(String host, int port, String exchange) {
		List<String> arguments = arguments(exchange);
		arguments.add("--spring.rabbitmq.host=" + host);
		arguments.add("--spring.rabbitmq.port=" + port);
		return arguments;
	}

}
