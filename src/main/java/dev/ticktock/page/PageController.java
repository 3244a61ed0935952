package dev.ticktock.page;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
import org.springframework.web.context.request.WebRequest;

/**
 * Serves the answers of the endpoint on the page's own port, so that the page works
 * whether or not the endpoint is exposed. An answer that has not changed is not sent
 * again. Many pages can be open, so one answer is computed at a time, and serves all that
 * ask for the same within a second.
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

	/** Two replicas, or two runs of one, do not share a revision. */
	private final String run = UUID.randomUUID().toString();

	private final Map<Object, byte[]> answers = new HashMap<>();

	private @Nullable Object state;

	private @Nullable Duration compared;

	private long revision;

	PageController(TickTockEndpoint endpoint, ObjectProvider<EndpointJsonMapper> mapper, JsonMapper json,
			Uptime uptime) {
		this.endpoint = endpoint;
		this.json = mapper.getIfAvailable(() -> () -> json).get();
		this.uptime = uptime;
	}

	@GetMapping("/overview")
	@Nullable ResponseEntity<byte[]> overview(WebRequest request, @Nullable Integer page, @Nullable Integer size,
			@Nullable String search, @Nullable String sort, @Nullable Integer timeline) {
		return answer(request, Arrays.asList(page, size, search, sort, timeline),
				() -> this.endpoint.overview(page, size, search, sort, timeline));
	}

	/**
	 * The event is a parameter, because it can contain what a path cannot. There is no
	 * content for an unknown event: a browser takes the status 404 for a fault of the
	 * page.
	 */
	@GetMapping("/event")
	@Nullable ResponseEntity<byte[]> event(WebRequest request, @RequestParam String event) {
		return answer(request, List.of(event), () -> this.endpoint.event(event));
	}

	/**
	 * The tag is a weak one, because Tomcat compresses nothing that has a strong one.
	 */
	private @Nullable ResponseEntity<byte[]> answer(WebRequest request, List<?> question,
			Supplier<@Nullable Object> computing) {
		if (request.checkNotModified("W/\"%s-%d\"".formatted(this.run, revision()))) {
			return null;
		}
		byte[] answer = answer(question, computing);
		return ResponseEntity.status((answer.length > 0) ? HttpStatus.OK : HttpStatus.NO_CONTENT)
			.contentType(MediaType.APPLICATION_JSON)
			.cacheControl(CacheControl.noStore())
			.body(answer);
	}

	/**
	 * Returns a number that changes when an answer would: when something happens, and
	 * every ten seconds, because time passes.
	 */
	private synchronized long revision() {
		if (this.compared == null || this.uptime.isOver(FRESH, this.compared)) {
			this.compared = this.uptime.now();
			Object now = this.endpoint.state();
			if (!now.equals(this.state)) {
				this.state = now;
				this.revision++;
				this.answers.clear();
			}
		}
		return this.revision;
	}

	private synchronized byte[] answer(List<?> question, Supplier<@Nullable Object> computing) {
		byte[] known = this.answers.get(question);
		if (known != null) {
			return known;
		}
		Object answer = computing.get();
		byte[] written = (answer != null) ? this.json.writeValueAsBytes(answer) : NOTHING;
		if (this.answers.size() < MOST_ANSWERS) {
			this.answers.put(question, written);
		}
		return written;
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidEndpointRequestException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getReason());
	}

}
