package dev.ticktock.broker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where the broker does not answer; the message is one line. Waiting helps.
 */
public class BrokerUnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	public BrokerUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

	/**
	 * Thrown where no connection to the broker can be opened at all.
	 */
	static final class Away extends BrokerUnavailableException {

		private static final long serialVersionUID = 1L;

		Away(String message, Throwable cause) {
			super(message, cause);
		}

	}

}
