package dev.ticktock.journal;

import java.util.function.Supplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Shows whether the journal is read: without it, a replica does not become the leader.
 */
final class JournalMeters implements MeterBinder {

	private final Supplier<JournalState> state;

	JournalMeters(Supplier<JournalState> state) {
		this.state = state;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("ticktock.journal.attached", () -> attached(this.state.get()))
			.description("1 while the journal is read, 0 while it is not, NaN if there is none.")
			.strongReference(true)
			.register(registry);
	}

	private static double attached(JournalState state) {
		return switch (state) {
			case ATTACHED, INCOMPLETE -> 1;
			case DETACHED -> 0;
			case OFF -> Double.NaN;
		};
	}

}
