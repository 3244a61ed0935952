package dev.ticktock.samples;

import java.util.Map;

import dev.ticktock.support.RabbitMqNode;

/**
 * A broker, as the settings of a sample worker name it.
 */
record Broker(Map<String, String> settings) {

	/** Returns the broker at a port, which has no management API. */
	static Broker at(int port) {
		return new Broker(Map.of("AMQP_URL", amqp(port)));
	}

	/** Returns a RabbitMQ with its management API. */
	static Broker of(RabbitMqNode node) {
		return new Broker(Map.of("AMQP_URL", amqp(node.port()), "MANAGEMENT_URL",
				"http://guest:guest@127.0.0.1:" + node.managementPort()));
	}

	private static String amqp(int port) {
		return "amqp://guest:guest@127.0.0.1:%d/%%2F".formatted(port);
	}

}
