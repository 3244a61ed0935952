package dev.ticktock.schedule;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The keys that are on hold, in their order.
 */
public record Holds(List<Hold> all) {

	public static final Holds NONE = new Holds(List.of());

	/** How many keys count. They are in each checkpoint. */
	public static final int MOST = 1000;

	public Holds {
		all = List.copyOf(all);
	}

	/** Returns one hold for each key. */
	public static Holds of(Stream<Hold> found) {
		Map<String, Hold> byKey = new TreeMap<>();
		found.sorted(Comparator.comparing(Hold::describe).reversed())
			.forEach((hold) -> byKey.putIfAbsent(hold.key(), hold));
		return byKey.isEmpty() ? NONE : new Holds(byKey.values().stream().limit(MOST).toList());
	}

	public Holds and(Holds others) {
		return of(Stream.concat(this.all.stream(), others.all.stream()));
	}

	/** Returns the hold that an event is on; {@code null} if it is on none. */
	public @Nullable Hold of(String event) {
		if (this.all.isEmpty()) {
			return null;
		}
		String[] words = BindingKey.words(event);
		return this.all.stream()
			.filter((hold) -> hold.key().equals(event)
					|| (BindingKey.hasWildcards(hold.key()) && BindingKey.matches(hold.key(), words)))
			.findFirst()
			.orElse(null);
	}

	public long count(Collection<Schedule> schedules) {
		return this.all.isEmpty() ? 0 : schedules.stream().filter((each) -> of(each.event()) != null).count();
	}

}
