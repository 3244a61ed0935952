package dev.ticktock.journal;

import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.Seal;
import org.jspecify.annotations.Nullable;

/**
 * The seals of the last terms, as a reading of the journal has met them. Not safe for use
 * by several threads.
 */
final class Seals {

	/** How many terms may still have ticks under way. */
	private static final int MOST = 16;

	/** Whether a checkpoint of each term has been read. */
	private final Map<Seal, Boolean> seals = new LinkedHashMap<>();

	/** That of the tick before, since the next one usually bears it too. */
	private @Nullable Seal latest;

	boolean isEmpty() {
		return this.seals.isEmpty();
	}

	boolean contains(Seal seal) {
		return this.seals.containsKey(seal);
	}

	/** Says whether a message bears one of them. */
	boolean isOneOn(AMQP.BasicProperties properties) {
		Seal before = this.latest;
		if (before != null && before.isOn(properties.getMessageId(), properties.getCorrelationId())) {
			return true;
		}
		for (Seal seal : this.seals.keySet()) {
			if (seal.isOn(properties.getMessageId(), properties.getCorrelationId())) {
				this.latest = seal;
				return true;
			}
		}
		return false;
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
			this.latest = null;
		}
		this.seals.put(seal, before || checkpoint);
		return checkpoint && !before;
	}

	void clear() {
		this.seals.clear();
		this.latest = null;
	}

}
