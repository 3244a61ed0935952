package dev.ticktock.page;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects a request whose parameters cannot be decoded. Otherwise reading one of them
 * would fail, and the web server writes a stack trace for each failure.
 */
class MalformedParameters extends OncePerRequestFilter implements Ordered {

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (areWellFormed(request)) {
			chain.doFilter(request, response);
		}
		else {
			response.sendError(HttpStatus.BAD_REQUEST.value());
		}
	}

	private static boolean areWellFormed(HttpServletRequest request) {
		try {
			return request.getParameterMap() != null;
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	/** The page of the error is made from the same request. */
	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return true;
	}

	/** After the filter that says how parameters are encoded. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

}
