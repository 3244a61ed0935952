package dev.ticktock.leader;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link Term} that has ended.
 */
public final class TermEndedException extends Exception {

	private static final long serialVersionUID = 1L;

	public TermEndedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
