package dev.ticktock.discovery;

import java.util.Map;

/**
 * What a worker has said to the broker: I listen to this key.
 *
 * @param destination the queue, or the exchange, that is bound
 * @param toQueue whether the destination is a queue
 * @param key the routing key, with wildcards
 * @param arguments what the worker has added; the broker keeps it and overlooks it
 */
public record Binding(String destination, boolean toQueue, String key, Map<String, Object> arguments) {

	public Binding {
		arguments = Map.copyOf(arguments);
	}

}
