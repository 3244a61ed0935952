package dev.ticktock.observe;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * The answers of the endpoint as JSON, for what shows them without it. Safe for use by
 * several threads.
 */
public final class Answers {

	private final Observatory observatory;

	private final JsonMapper json;

	/** Two replicas, or two runs of one, do not share a revision. */
	private final String run = UUID.randomUUID().toString();

	private @Nullable Object state;

	private long revision;

	Answers(Observatory observatory, JsonMapper json) {
		this.observatory = observatory;
		this.json = json;
	}

	/**
	 * Returns everything in short, a page of the schedules, and as many rows of the
	 * timeline as are asked for. A parameter that is {@code null} has a default.
	 * @throws InvalidEndpointRequestException if a parameter cannot be used
	 */
	public byte[] overview(@Nullable Integer page, @Nullable Integer size, @Nullable String search,
			@Nullable String sort, @Nullable Integer timeline) {
		return this.json.writeValueAsBytes(this.observatory.overview(Query.of(page, size, search, sort, timeline)));
	}

	/** Returns one event; {@code null} if neither a schedule nor the history has it. */
	public byte @Nullable [] event(String event) {
		EventReport report = this.observatory.event(event);
		return (report != null) ? this.json.writeValueAsBytes(report) : null;
	}

	/**
	 * Returns a token that changes whenever an answer would: when something happens, and
	 * every ten seconds, because time passes. It is cheaper than any answer.
	 */
	public synchronized String revision() {
		Object now = this.observatory.state();
		if (!now.equals(this.state)) {
			this.state = now;
			this.revision++;
		}
		return this.run + "-" + this.revision;
	}

}
