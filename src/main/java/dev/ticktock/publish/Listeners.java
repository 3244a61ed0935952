package dev.ticktock.publish;

import java.util.Set;

/**
 * Knows which queues receive the ticks of an event. Safe for use by several threads.
 */
@FunctionalInterface
public interface Listeners {

	/** For a replica that does not read the bindings of the exchange. */
	Listeners UNKNOWN = (event) -> Recipients.UNKNOWN;

	/**
	 * Returns who receives the ticks of an event, as far as it is known. Never blocks.
	 */
	Recipients of(String event);

	/**
	 * Who receives the ticks of an event.
	 *
	 * @param queues the queues of workers that are known to
	 * @param complete whether these are all: {@code false} if the bindings are not known,
	 * or if another exchange is bound, behind which there may be more
	 */
	record Recipients(Set<String> queues, boolean complete) {

		/** Anybody may receive them. */
		public static final Recipients UNKNOWN = new Recipients(Set.of(), false);

		public Recipients {
			queues = Set.copyOf(queues);
		}

	}

}
