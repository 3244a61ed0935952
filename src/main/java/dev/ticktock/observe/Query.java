package dev.ticktock.observe;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * A request for a page of the schedules.
 *
 * @param search what the event or the line has to contain, in lower case; empty for all
 * @param timeline how many rows the timeline has; 0 for no timeline
 */
record Query(int page, int size, String search, Order order, boolean descending, int timeline) {

	static final int SIZE = 100;

	static final int LARGEST = 500;

	static final int LONGEST_TIMELINE = 100;

	/** Reads the parameters of a request; what is {@code null} has a default. */
	static Query of(@Nullable Integer page, @Nullable Integer size, @Nullable String search, @Nullable String sort,
			@Nullable Integer timeline) {
		boolean descending = sort != null && sort.startsWith("-");
		String by = (sort == null) ? "" : sort.substring(descending ? 1 : 0);
		return new Query(number(page, 1, 1, Integer.MAX_VALUE, "page=%d: pages are counted from 1"),
				number(size, SIZE, 1, LARGEST, "size=%d: a page has %d to %d schedules"),
				(search != null) ? search.strip().toLowerCase(Locale.ROOT) : "", by.isEmpty() ? Order.EVENT : order(by),
				descending, number(timeline, 0, 0, LONGEST_TIMELINE, "timeline=%d: a timeline has %d to %d rows"));
	}

	private static int number(@Nullable Integer value, int usual, int least, int most, String rule) {
		if (value != null && (value < least || value > most)) {
			throw invalid(rule.formatted(value, least, most));
		}
		return (value != null) ? value : usual;
	}

	private static Order order(String name) {
		return Arrays.stream(Order.values())
			.filter((order) -> order.parameter().equals(name))
			.findFirst()
			.orElseThrow(() -> invalid(
					"sort=%s: schedules are sorted by one of %s; a minus in front turns the order round".formatted(name,
							Arrays.stream(Order.values()).map(Order::parameter).collect(Collectors.joining(", ")))));
	}

	private static InvalidEndpointRequestException invalid(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	/** Schedules without a value come first, or last by the next slot. */
	enum Order {

		EVENT, NEXT, LAST, LAG, ORIGIN, LINE, QUEUES, VALIDITY;

		String parameter() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
