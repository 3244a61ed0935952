package dev.ticktock.journal;

import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JournalMeters}.
 */
class JournalMetersTests {

	private final AtomicReference<JournalState> state = new AtomicReference<>(JournalState.OFF);

	@Test
	void aJournalThatIsSwitchedOffIsNotMissed() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new JournalMeters(() -> this.state.get()).bindTo(registry);
		Gauge attached = registry.get("ticktock.journal.attached").gauge();
		assertThat(attached.value()).isNaN();
		this.state.set(JournalState.DETACHED);
		assertThat(attached.value()).isZero();
		this.state.set(JournalState.ATTACHED);
		assertThat(attached.value()).isOne();
	}

}
