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
		if (page != null && page < 1) {
			throw invalid("page=%d: pages are counted from 1".formatted(page));
		}
		if (size != null && (size < 1 || size > LARGEST)) {
			throw invalid("size=%d: a page has 1 to %d schedules".formatted(size, LARGEST));
		}
		if (timeline != null && (timeline < 0 || timeline > LONGEST_TIMELINE)) {
			throw invalid("timeline=%d: a timeline has 0 to %d rows".formatted(timeline, LONGEST_TIMELINE));
		}
		boolean descending = sort != null && sort.startsWith("-");
		String by = (sort == null) ? "" : sort.substring(descending ? 1 : 0);
		return new Query((page != null) ? page : 1, (size != null) ? size : SIZE,
				(search != null) ? search.strip().toLowerCase(Locale.ROOT) : "", by.isEmpty() ? Order.EVENT : order(by),
				descending, (timeline != null) ? timeline : 0);
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
