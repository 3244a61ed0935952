package dev.ticktock.page;

import java.io.IOException;
import java.util.Map;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Adds headers to every answer that forbid browsers to load anything from another host,
 * to run inline scripts, and to let another site frame or read the answer. Rejects a
 * request whose parameters cannot be decoded: reading one of them would fail, and the web
 * server writes a stack trace for each failure. Comes before all other filters, so that
 * what they refuse has the headers too.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestGuard extends OncePerRequestFilter {

	static final Map<String, String> HEADERS = Map.of("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
					+ "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
			"X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer", "Cross-Origin-Opener-Policy",
			"same-origin", "Cross-Origin-Resource-Policy", "same-origin", "Cross-Origin-Embedder-Policy",
			"require-corp", "X-Frame-Options", "DENY", "Permissions-Policy",
			"camera=(), geolocation=(), microphone=(), payment=(), usb=()");

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HEADERS.forEach(response::setHeader);
		try {
			request.getParameterMap();
		}
		catch (IllegalStateException ex) {
			response.sendError(HttpStatus.BAD_REQUEST.value());
			return;
		}
		chain.doFilter(request, response);
	}

}
