package dev.ticktock.observe;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

/**
 * Answers what people ask first of a scheduler: is all well, what runs when, did it run,
 * what was missed. The same on a standby as on the leader, and read-only.
 */
@Endpoint(id = "ticktock", defaultAccess = Access.READ_ONLY)
class TickTockEndpoint {

	private final Observatory observatory;

	TickTockEndpoint(Observatory observatory) {
		this.observatory = observatory;
	}

	/**
	 * Returns everything in short, a page of the schedules, and as many rows of the
	 * timeline as are asked for.
	 */
	@ReadOperation
	Overview overview(@Nullable Integer page, @Nullable Integer size, @Nullable String search, @Nullable String sort,
			@Nullable Integer timeline) {
		return this.observatory.overview(Query.of(page, size, search, sort, timeline));
	}

	/**
	 * Returns one event; {@code null}, which is status 404, if neither a schedule nor the
	 * history has it.
	 * @param event the event, which may contain slashes
	 */
	@ReadOperation
	@Nullable EventReport event(@Selector(match = Match.ALL_REMAINING) String... event) {
		return this.observatory.event(String.join("/", event));
	}

}
