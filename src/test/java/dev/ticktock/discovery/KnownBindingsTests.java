package dev.ticktock.discovery;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KnownBindings}.
 */
class KnownBindingsTests {

	private final KnownBindings known = new KnownBindings();

	private List<Binding> list(int... numbers) {
		this.known.begin();
		List<Binding> listing = IntStream.of(numbers)
			.mapToObj((number) -> this.known.known(new Binding("queue", true, "job." + number, null)))
			.toList();
		this.known.end(listing);
		return listing;
	}

	/** Returns the keys of the bindings that are not the same instances as before. */
	private static List<String> fresh(List<Binding> before, List<Binding> now) {
		Set<Binding> known = Collections.newSetFromMap(new IdentityHashMap<>());
		known.addAll(before);
		return now.stream().filter((each) -> !known.contains(each)).map(Binding::key).toList();
	}

	@Test
	void anUnchangedListingHasTheSameInstances() {
		List<Binding> first = list(1, 2, 3);
		List<Binding> second = list(1, 2, 3);
		assertThat(second).isEqualTo(first);
		assertThat(fresh(first, second)).isEmpty();
		assertThat(fresh(first, list(1, 2, 3))).isEmpty();
	}

	@Test
	void whatIsAddedAloneIsFresh() {
		assertThat(fresh(list(1, 2, 3), list(0, 1, 9, 2, 3, 4))).containsExactly("job.0", "job.9", "job.4");
	}

	@Test
	void whatFollowsOneThatIsGoneIsKnown() {
		assertThat(fresh(list(1, 2, 3, 4, 5), list(2, 3, 5))).isEmpty();
	}

	@Test
	void anotherOrderLosesNothing() {
		list(1, 2, 3, 4, 5);
		assertThat(list(5, 4, 3, 2, 1)).extracting(Binding::key)
			.containsExactly("job.5", "job.4", "job.3", "job.2", "job.1");
	}

}
