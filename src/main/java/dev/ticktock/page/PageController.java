package dev.ticktock.page;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the answers of the endpoint on the page's own port, so that the page works
 * whether or not the endpoint is exposed. Many pages can be open, so one answer is
 * computed at a time, and serves all that ask for the same within a second.
 */
@RestController
@ConditionalOnBooleanProperty(name = "ticktock.page.enabled", matchIfMissing = true)
@RequestMapping("/page")
class PageController {

	private static final Duration FRESH = Duration.ofSeconds(1);

	/** One with many schedules has a megabyte. */
	private static final int MOST_ANSWERS = 10;

	private static final byte[] NOTHING = {};

	private final TickTockEndpoint endpoint;

	private final JsonMapper json;

	private final Uptime uptime;

	private final Map<List<?>, byte[]> answers = new HashMap<>();

	/** When the first of these answers was computed. */
	private Duration computed = Duration.ZERO;

	PageController(TickTockEndpoint endpoint, ObjectProvider<EndpointJsonMapper> mapper, JsonMapper json,
			Uptime uptime) {
		this.endpoint = endpoint;
		this.json = mapper.getIfAvailable(() -> () -> json).get();
		this.uptime = uptime;
	}

	@GetMapping("/overview")
	ResponseEntity<byte[]> overview(@Nullable Integer page, @Nullable Integer size, @Nullable String search,
			@Nullable String sort, @Nullable Integer timeline) {
		return answer(Arrays.asList(page, size, search, sort, timeline),
				() -> this.endpoint.overview(page, size, search, sort, timeline));
	}

	/**
	 * The event is a parameter, because it can contain what a path cannot. There is no
	 * content for an unknown event: a browser takes the status 404 for a fault of the
	 * page.
	 */
	@GetMapping("/event")
	ResponseEntity<byte[]> event(@RequestParam String event) {
		return answer(List.of(event), () -> this.endpoint.event(event));
	}

	@GetMapping("/preview")
	ResponseEntity<byte[]> preview(@RequestParam String line, @Nullable String zone, @Nullable String event) {
		return answer(Arrays.asList("preview", line, zone, event), () -> this.endpoint.preview(line, zone, event));
	}

	private synchronized ResponseEntity<byte[]> answer(List<?> question, Supplier<@Nullable Object> computing) {
		if (this.answers.size() >= MOST_ANSWERS || this.uptime.isOver(FRESH, this.computed)) {
			this.answers.clear();
			this.computed = this.uptime.now();
		}
		byte[] answer = this.answers.get(question);
		if (answer == null) {
			Object content = computing.get();
			answer = (content != null) ? this.json.writeValueAsBytes(content) : NOTHING;
			this.answers.put(question, answer);
		}
		return ResponseEntity.status((answer.length > 0) ? HttpStatus.OK : HttpStatus.NO_CONTENT)
			.contentType(MediaType.APPLICATION_JSON)
			.cacheControl(CacheControl.noStore())
			.body(answer);
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidEndpointRequestException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getReason());
	}

}
