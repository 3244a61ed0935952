package dev.ticktock.chaos;

import java.time.Instant;
import java.util.List;

import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What became of the ticks of {@link TenJobs} in a scenario.
 */
final class Verdict {

	private Verdict() {
	}

	/** Reports a scenario and fails if a tick is missing or was published twice. */
	static void nothingMissingOrDoubled(Witness witness, String scenario, String figures) {
		nothingMissing(witness, scenario, figures);
		assertThat(witness.doubled()).isEmpty();
	}

	/**
	 * Reports a scenario in which ticks may be doubled, and fails if one is missing. Both
	 * copies have the same message id, which is how the witness knows.
	 */
	static void nothingMissing(Witness witness, String scenario, String figures) {
		Instant last = Instant.now().minusSeconds(2);
		witness.awaitSlot(last.plusSeconds(3));
		List<String> missing = witness.missing(TenJobs.EVENTS, last);
		List<String> doubled = witness.doubled();
		Figures.report(scenario, "%d ticks, %d missing, %d doubled %s | %s".formatted(witness.heard().size(),
				missing.size(), doubled.size(), doubled, figures));
		assertThat(missing).isEmpty();
	}

}
