package dev.ticktock.observe;

import java.util.stream.IntStream;

import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Problems}.
 */
class ProblemsTests {

	@Test
	void aNoteSaysThatNoMoreKeysCountThanAreOnHold() {
		Observed observed = new Observed();
		observed.holds = Holds.of(IntStream.range(0, Holds.MOST - 1).mapToObj((i) -> new Hold("key." + i, null, null)));
		assertThat(observed.overview().problems()).noneMatch((problem) -> problem.what().contains("no more count"));
		observed.holds = Holds.of(IntStream.range(0, 2000).mapToObj((i) -> new Hold("key." + i, null, null)));
		assertThat(observed.overview().problems()).last()
			.isEqualTo(new Problem(Problem.Kind.NOTE, null, "1000 keys are on hold, and no more count",
					"Bind fewer keys, with wildcards."));
	}

}
