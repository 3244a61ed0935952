package dev.ticktock.broker;

/**
 * Thrown where no connection to the broker can be opened at all.
 */
public final class BrokerAwayException extends BrokerUnavailableException {

	private static final long serialVersionUID = 1L;

	public BrokerAwayException(String message, Throwable cause) {
		super(message, cause);
	}

}
