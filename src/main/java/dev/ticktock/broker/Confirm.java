package dev.ticktock.broker;

/**
 * Hears what became of one message.
 */
@FunctionalInterface
public interface Confirm {

	/** For messages whose publisher need not know. */
	Confirm UNHEARD = (accepted) -> {
	};

	/**
	 * Tells, on the thread of the connection, that the broker has confirmed the message.
	 * @param accepted whether every queue took it
	 */
	void settled(boolean accepted);

}
