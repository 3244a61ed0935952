package dev.ticktock.journal;

import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.Seal;

/**
 * The seals of the last terms, as a reading of the journal has met them. Not safe for use
 * by several threads.
 */
final class Seals {

	/** How many terms may still have ticks under way. */
	private static final int MOST = 16;

	/** Whether a checkpoint of each term has been read. */
	private final Map<Seal, Boolean> seals = new LinkedHashMap<>();

	boolean isEmpty() {
		return this.seals.isEmpty();
	}

	/** Says whether a message bears one of them. */
	boolean isOneOn(AMQP.BasicProperties properties) {
		return this.seals.keySet()
			.stream()
			.anyMatch((seal) -> seal.isOn(properties.getMessageId(), properties.getCorrelationId()));
	}

	/**
	 * Takes a seal in.
	 * @param checkpoint whether a checkpoint has told it
	 * @return whether this is the first checkpoint of its term
	 */
	boolean remember(Seal seal, boolean checkpoint) {
		boolean before = Boolean.TRUE.equals(this.seals.remove(seal));
		if (this.seals.size() == MOST) {
			this.seals.remove(this.seals.keySet().iterator().next());
		}
		this.seals.put(seal, before || checkpoint);
		return checkpoint && !before;
	}

	void clear() {
		this.seals.clear();
	}

}
