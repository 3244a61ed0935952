package dev.ticktock.leader;

import java.util.Set;

import dev.ticktock.journal.Ledger;
import dev.ticktock.schedule.ScheduleSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the leader covers with what this replica would, and tells each difference
 * once. Called by the thread that reads the journal.
 */
final class Comparison {

	private static final Logger logger = LoggerFactory.getLogger(Comparison.class);

	private final ScheduleSource schedules;

	private Set<String> told = Set.of();

	Comparison(ScheduleSource schedules) {
		this.schedules = schedules;
	}

	void compare(Ledger ledger) {
		Set<String> now = ledger.differences(this.schedules.current());
		if (!now.isEmpty() && !now.equals(this.told)) {
			logger.warn("The leader's schedules differ from this replica's: {}; the leader's schedules apply", now);
		}
		this.told = now;
	}

}
