package dev.ticktock.page;

import dev.ticktock.observe.Answers;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
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
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What the page asks for: the answers of the endpoint, on the page's own port, so that it
 * works whether or not the endpoint is exposed, and a stream that says when there is
 * something new.
 */
@RestController
@ConditionalOnBooleanProperty(name = "ticktock.page.enabled", matchIfMissing = true)
@RequestMapping("/page")
class PageController {

	private final Answers answers;

	private final Changes changes;

	PageController(Answers answers, Changes changes) {
		this.answers = answers;
		this.changes = changes;
	}

	@GetMapping("/overview")
	ResponseEntity<byte[]> overview(@RequestParam(required = false) @Nullable Integer page,
			@RequestParam(required = false) @Nullable Integer size,
			@RequestParam(required = false) @Nullable String search,
			@RequestParam(required = false) @Nullable String sort,
			@RequestParam(required = false) @Nullable Integer timeline) {
		return json(this.answers.overview(page, size, search, sort, timeline));
	}

	/**
	 * The event is a parameter, because it can contain what a path cannot. There is no
	 * content if nobody knows it: a browser takes the status 404 for a fault of the page.
	 */
	@GetMapping("/event")
	ResponseEntity<byte[]> event(@RequestParam String event) {
		byte[] answer = this.answers.event(event);
		return (answer != null) ? json(answer) : ResponseEntity.noContent().build();
	}

	@GetMapping("/changes")
	ResponseEntity<SseEmitter> changes() {
		SseEmitter stream = this.changes.open();
		return (stream != null) ? ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(stream)
				: ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
	}

	private static ResponseEntity<byte[]> json(byte[] content) {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_JSON)
			.cacheControl(CacheControl.noStore())
			.body(content);
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidEndpointRequestException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getReason());
	}

}
