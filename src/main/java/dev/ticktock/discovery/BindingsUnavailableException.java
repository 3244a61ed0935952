package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where bindings can not be read. The message says where, why, and what to do.
 */
public final class BindingsUnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	public BindingsUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
