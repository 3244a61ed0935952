package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if bindings cannot be read. The message has the place, the reason and the
 * remedy.
 */
public final class BindingsUnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	private final boolean refused;

	/**
	 * Creates the exception.
	 * @param refused whether a person has to mend it, so that asking often is of no use
	 */
	BindingsUnavailableException(String message, boolean refused, @Nullable Throwable cause) {
		super(message, cause);
		this.refused = refused;
	}

	boolean refused() {
		return this.refused;
	}

}
