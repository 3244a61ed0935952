package dev.ticktock.ticker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import dev.ticktock.schedule.Quotable;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which jobs have not run: one line for all that was skipped at once, then one a
 * minute for all that is skipped for the same reason. Not safe for use by several
 * threads.
 */
final class SkippedLog {

	private static final Logger logger = LoggerFactory.getLogger(SkippedLog.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final int NAMED_AT_MOST = 10;

	private final Uptime uptime;

	private final Map<String, SkippedSlots> unlogged = new LinkedHashMap<>();

	private @Nullable Skipping first;

	private @Nullable Duration logged;

	SkippedLog(Uptime uptime) {
		this.uptime = uptime;
	}

	void take(Skipping skipping) {
		if (this.first != null && this.first.reason() != skipping.reason()) {
			log(this.first);
			this.logged = null;
		}
		this.first = this.unlogged.isEmpty() ? skipping : this.first;
		skipping.slots().forEach((slots) -> this.unlogged.merge(slots.event(), slots, SkippedSlots::and));
		logIfDue();
	}

	/** Logs what has waited for a minute. Called every second. */
	void logIfDue() {
		if (this.first != null && (this.logged == null || this.uptime.isOver(PAUSE, this.logged))) {
			log(this.first);
		}
	}

	private void log(Skipping reason) {
		SkippedSlots all = this.unlogged.values().stream().reduce(SkippedSlots::and).orElse(null);
		if (all == null) {
			return;
		}
		this.logged = this.uptime.now();
		String named = this.unlogged.values()
			.stream()
			.limit(NAMED_AT_MOST)
			.map((each) -> "%s of %s".formatted(each.counted(), Quotable.of(each.event())))
			.collect(Collectors.joining(", "));
		int more = this.unlogged.size() - NAMED_AT_MOST;
		logger.warn("Skipped {} {} that {} no longer valid, because {}: {}{}", all.counted(), all.when(),
				(all.count() == 1) ? "was" : "were", reason.reason().describe(reason.since()), named,
				(more > 0) ? ", and those of %d more events".formatted(more) : "");
		this.unlogged.clear();
	}

}
