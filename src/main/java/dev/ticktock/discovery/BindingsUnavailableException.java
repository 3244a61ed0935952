package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where bindings cannot be read. The message says where, why, and what to do.
 */
public final class BindingsUnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	private final boolean refused;

	/**
	 * Creates the exception.
	 * @param refused whether a person has to mend it, so that asking often is of no use
	 */
	public BindingsUnavailableException(String message, boolean refused, @Nullable Throwable cause) {
		super(message, cause);
		this.refused = refused;
	}

	boolean refused() {
		return this.refused;
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
