package dev.ticktock.broker;

/**
 * Called when the broker has confirmed one message.
 */
@FunctionalInterface
public interface Confirm {

	/** For messages whose publisher need not know. */
	Confirm UNHEARD = (accepted) -> {
	};

	/**
	 * The broker has confirmed the message; called on the thread of the connection.
	 * @param accepted whether every queue took it
	 */
	void settled(boolean accepted);

}
