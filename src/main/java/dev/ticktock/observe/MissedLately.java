package dev.ticktock.observe;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.ticktock.message.MissedReason;

/**
 * Ticks of one event that one queue gave away for one reason in the last day.
 *
 * @param count how many
 * @param atLeast whether there may be more
 * @param last when the last one was given away
 */
record MissedLately(String event, String queue, MissedReason reason, int count, boolean atLeast, Instant last) {

	/**
	 * Counts what is kept of an event.
	 * @param kept what is kept one by one, the newest first
	 * @param full whether there may have been more
	 * @param counted how many were counted by the hour: more than those that are kept, if
	 * all are of one queue and reason
	 */
	static List<MissedLately> of(String event, List<PastMiss> kept, Instant since, boolean full, int counted) {
		Map<Cause, List<PastMiss>> byCause = kept.stream()
			.filter((miss) -> !miss.at().isBefore(since))
			.collect(Collectors.groupingBy((miss) -> new Cause(miss.queue(), miss.reason()), LinkedHashMap::new,
					Collectors.toList()));
		return byCause.entrySet().stream().map((each) -> {
			List<PastMiss> misses = each.getValue();
			int count = (byCause.size() == 1) ? Math.max(counted, misses.size()) : misses.size();
			return new MissedLately(event, each.getKey().queue(), each.getKey().reason(), count,
					full && count == misses.size(), misses.get(0).at());
		}).toList();
	}

	private record Cause(String queue, MissedReason reason) {

	}

}
