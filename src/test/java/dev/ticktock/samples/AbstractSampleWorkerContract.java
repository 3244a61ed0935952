package dev.ticktock.samples;

import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a sample worker does on both brokers. The workers run at a time where JUnit runs
 * tests in parallel, as the build does, because most of their time they wait for slots.
 */
abstract class AbstractSampleWorkerContract {

	/** Due each second; its ticks are valid for longer than a busy machine takes. */
	static final String EVENT = "sample.second";

	static final List<String> SCHEDULE = List.of("--ticktock.scheduler.cron.sample.second.cron=* * * * * *",
			"--ticktock.scheduler.cron.sample.second.validity=10m");

	/** How many slots more two copies share when each has done a job. */
	private static final int SLOTS = 6;

	abstract Job job(SampleWorker worker);

	@ParameterizedTest
	@MethodSource("workers")
	void doesTheJobOfATick(SampleWorker worker) {
		try (Copy copy = job(worker).start()) {
			MatchResult started = copy.awaitStart();
			Instant slot = Instant.parse(started.group(3));
			assertThat(started.group(1)).as("id: %s", copy).isEqualTo(EVENT + "@" + slot);
			assertThat(Instant.parse(started.group(2))).as("previous slot: %s", copy).isEqualTo(slot.minusSeconds(1));
			copy.awaitDone(started.group(1));
			assertThat(copy.terminate()).as("exit status: %s", copy).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("workers")
	void sharesTheTicksWithAnotherCopy(SampleWorker worker) {
		Job job = job(worker);
		try (Copy first = job.start(); Copy second = job.start()) {
			first.awaitSlotFrom(Instant.MIN);
			second.awaitSlotFrom(Instant.MIN);
			List<Instant> begun = slots(first, second);
			Instant last = begun.get(begun.size() - 1).plusSeconds(SLOTS);
			List<Instant> all = LongStream.rangeClosed(begun.get(0).getEpochSecond(), last.getEpochSecond())
				.mapToObj(Instant::ofEpochSecond)
				.toList();
			Awaitility.await("%s takes each tick once".formatted(worker))
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(slots(first, second)).as("%s%nand %s", first, second)
					.filteredOn((slot) -> !slot.isAfter(last))
					.isEqualTo(all));
			assertThat(first.slots()).as("%s", first).hasSizeGreaterThan(1);
			assertThat(second.slots()).as("%s", second).hasSizeGreaterThan(1);
		}
	}

	private static List<Instant> slots(Copy first, Copy second) {
		return Stream.concat(first.slots().stream(), second.slots().stream()).sorted().toList();
	}

}
