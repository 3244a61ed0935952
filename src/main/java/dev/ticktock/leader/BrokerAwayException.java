package dev.ticktock.leader;

/**
 * Thrown where no connection to the broker can be opened at all.
 */
final class BrokerAwayException extends BrokerUnavailableException {

	private static final long serialVersionUID = 1L;

	BrokerAwayException(String message, Throwable cause) {
		super(message, cause);
	}

}
