package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people which jobs have not run. One line for all that was skipped at once, and
 * then one a minute for what goes on to be skipped for the same reason, so that a
 * schedule with too short a validity does not fill the log. Not safe for use by several
 * threads.
 */
final class SkippedLog {

	private static final Logger logger = LoggerFactory.getLogger(SkippedLog.class);

	static final Duration PAUSE = Duration.ofMinutes(1);

	/** How many events a line names. */
	static final int NAMED_AT_MOST = 10;

	private final Uptime uptime;

	/** What has not been told yet, by event. */
	private final Map<String, SkippedSlots> untold = new LinkedHashMap<>();

	private @Nullable Skipping begun;

	private @Nullable Duration told;

	SkippedLog(Uptime uptime) {
		this.uptime = uptime;
	}

	/** Takes in what has been skipped, and tells it now or later. */
	void take(Skipping skipping) {
		if (skipping.reason() == Reason.REFUSED) {
			// Logged when the schedule was set aside.
			return;
		}
		if (this.begun != null && this.begun.reason() != skipping.reason()) {
			tell();
			this.told = null;
		}
		if (this.untold.isEmpty()) {
			this.begun = skipping;
		}
		skipping.slots().forEach((slots) -> this.untold.merge(slots.event(), slots, SkippedSlots::and));
		tellIfDue();
	}

	/** Tells what has waited for long enough. Called every second. */
	void tellIfDue() {
		if (this.told == null || this.uptime.isOver(PAUSE, this.told)) {
			tell();
		}
	}

	private void tell() {
		if (this.begun == null || this.untold.isEmpty()) {
			return;
		}
		this.told = this.uptime.now();
		Instant first = this.untold.values().stream().map(SkippedSlots::first).min(Instant::compareTo).orElseThrow();
		Instant last = this.untold.values().stream().map(SkippedSlots::last).max(Instant::compareTo).orElseThrow();
		SkippedSlots all = new SkippedSlots("", first, last,
				this.untold.values().stream().mapToLong(SkippedSlots::count).sum(),
				this.untold.values().stream().anyMatch(SkippedSlots::atLeast));
		logger.warn("Skipped {} {} that {} no longer valid, because {}: {}", counted(all.count(), all.atLeast()),
				all.when(), (all.count() == 1) ? "was" : "were", this.begun.why(), named());
		this.untold.clear();
	}

	private String named() {
		String named = this.untold.values()
			.stream()
			.limit(NAMED_AT_MOST)
			.map((each) -> "%s of %s".formatted(counted(each.count(), each.atLeast()),
					ScheduleFormatException.abbreviated(each.event())))
			.collect(Collectors.joining(", "));
		int more = this.untold.size() - NAMED_AT_MOST;
		return (more > 0) ? "%s, and those of %d more events".formatted(named, more) : named;
	}

	private static String counted(long slots, boolean atLeast) {
		return "%s%d %s".formatted(atLeast ? "at least " : "", slots, (slots == 1) ? "slot" : "slots");
	}

}
