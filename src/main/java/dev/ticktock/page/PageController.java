package dev.ticktock.page;

import java.util.function.Supplier;

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
import org.springframework.web.context.request.WebRequest;

/**
 * Serves the answers of the endpoint on the page's own port, so that the page works
 * whether or not the endpoint is exposed. An answer that has not changed is not sent
 * again.
 */
@RestController
@ConditionalOnBooleanProperty(name = "ticktock.page.enabled", matchIfMissing = true)
@RequestMapping("/page")
class PageController {

	private final Answers answers;

	PageController(Answers answers) {
		this.answers = answers;
	}

	@GetMapping("/overview")
	@Nullable ResponseEntity<byte[]> overview(WebRequest request, @RequestParam(required = false) @Nullable Integer page,
			@RequestParam(required = false) @Nullable Integer size,
			@RequestParam(required = false) @Nullable String search,
			@RequestParam(required = false) @Nullable String sort,
			@RequestParam(required = false) @Nullable Integer timeline) {
		return answer(request, () -> this.answers.overview(page, size, search, sort, timeline));
	}

	/**
	 * The event is a parameter, because it can contain what a path cannot. There is no
	 * content for an unknown event: a browser takes the status 404 for a fault of the
	 * page.
	 */
	@GetMapping("/event")
	@Nullable ResponseEntity<byte[]> event(WebRequest request, @RequestParam String event) {
		return answer(request, () -> this.answers.event(event));
	}

	/**
	 * The tag is a weak one, because Tomcat compresses nothing that has a strong one.
	 */
	private @Nullable ResponseEntity<byte[]> answer(WebRequest request, Supplier<byte @Nullable []> content) {
		if (request.checkNotModified("W/\"" + this.answers.revision() + '"')) {
			return null;
		}
		byte[] answer = content.get();
		return ResponseEntity.status((answer != null) ? HttpStatus.OK : HttpStatus.NO_CONTENT)
			.contentType(MediaType.APPLICATION_JSON)
			.cacheControl(CacheControl.noStore())
			.body(answer);
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidEndpointRequestException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ex.getReason());
	}

}
