package dev.ticktock.discovery;

import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A binding of the exchange.
 *
 * @param destination the queue, or the exchange, that is bound
 * @param toQueue whether the destination is a queue
 * @param key the routing key, with wildcards
 * @param request what its arguments ask for; {@code null} if they do not ask for a
 * schedule
 * @param by its argument of that name, at most 200 characters
 * @param why its argument of that name, at most 200 characters
 */
public record Binding(String destination, boolean toQueue, String key, @Nullable Request request, @Nullable String by,
		@Nullable String why) {

	private static final int LONGEST = 200;

	/** Returns a binding with some arguments, of which those are kept that matter. */
	public static Binding of(String destination, boolean toQueue, String key, Map<String, ?> arguments) {
		return new Binding(destination, toQueue, key, Request.of(arguments), text(arguments.get("by")),
				text(arguments.get("why")));
	}

	private static @Nullable String text(@Nullable Object argument) {
		return (argument instanceof CharSequence text)
				? text.subSequence(0, Math.min(text.length(), LONGEST)).toString() : null;
	}

	int size() {
		return Stream.of(this.request, this.by, this.why)
			.mapToInt((each) -> (each != null) ? each.toString().length() : 0)
			.sum() + this.destination.length() + this.key.length();
	}

}
