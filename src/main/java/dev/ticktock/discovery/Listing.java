package dev.ticktock.discovery;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The bindings of an exchange at one moment.
 *
 * @param bindings the bindings, in the order in which the broker lists them
 * @param whole whether these are all: {@code false} if there are more than TickTock reads
 * @param everyRequest whether all bindings that ask for a schedule are among them
 * @param clocks what the broker's clock said meanwhile; {@code null} if it did not say
 */
public record Listing(List<Binding> bindings, boolean whole, boolean everyRequest, @Nullable ClockReading clocks) {

	public Listing {
		bindings = List.copyOf(bindings);
	}

}
