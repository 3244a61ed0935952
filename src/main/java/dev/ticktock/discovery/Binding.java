package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * A binding of the exchange.
 *
 * @param destination the queue, or the exchange, that is bound
 * @param toQueue whether the destination is a queue
 * @param key the routing key, with wildcards
 * @param request what its arguments ask for; {@code null} if they do not ask for a
 * schedule
 */
public record Binding(String destination, boolean toQueue, String key, @Nullable Request request) {

	/** Returns about how many characters it holds. */
	int size() {
		return this.destination.length() + this.key.length()
				+ ((this.request != null) ? this.request.toString().length() : 0);
	}

}
