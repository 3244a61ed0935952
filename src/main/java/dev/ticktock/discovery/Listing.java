package dev.ticktock.discovery;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of an exchange at one moment.
 *
 * @param bindings the bindings, in the order in which the broker lists them
 * @param whole whether these are all: {@code false} if there are more than TickTock reads
 * @param clockOffset how far this machine's clock is ahead of the broker's; {@code null}
 * if it is not known
 */
public record Listing(List<Binding> bindings, boolean whole, @Nullable Duration clockOffset) {

	/** Returns the listing of a broker in this process, whose clock is ours. */
	public static Listing of(List<Binding> bindings) {
		return new Listing(bindings, true, null);
	}

	Listing without(Predicate<String> queues) {
		return new Listing(
				this.bindings.stream().filter((each) -> !each.toQueue() || !queues.test(each.destination())).toList(),
				this.whole, this.clockOffset);
	}

	Holds holds(String queue) {
		return Holds.of(this.bindings.stream()
			.filter((each) -> each.toQueue() && each.destination().equals(queue))
			.map((each) -> new Hold(each.key(), each.by(), each.why())));
	}

}
