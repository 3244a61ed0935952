package dev.ticktock.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;

/**
 * Another channel of the connection that a term publishes on, for ticks that the term has
 * published and a queue has refused. It is opened when it is needed, and anew once it was
 * refused something, because it can be broken as well. Called by one thread; what became
 * of a tick is told on the connection's.
 */
final class SpareChannel {

	private final BrokerConnection connection;

	private final String exchange;

	private final TickMessage message;

	private final BiConsumer<Tick, Boolean> settled;

	private final AtomicInteger taken = new AtomicInteger();

	private @Nullable Opened opened;

	/**
	 * Creates a spare channel without opening it.
	 * @param settled told whether every queue took a tick; what is lost with the channel
	 * counts as refused
	 */
	SpareChannel(BrokerConnection connection, String exchange, TickMessage message, BiConsumer<Tick, Boolean> settled) {
		this.connection = connection;
		this.exchange = exchange;
		this.message = message;
		this.settled = settled;
	}

	/** Publishes ticks once more, without waiting for the confirms. */
	void publish(List<Tick> ticks) {
		for (Tick tick : ticks) {
			try {
				open().publish(tick);
			}
			catch (BrokerUnavailableException | IOException | ShutdownSignalException ex) {
				// If the connection is lost, the term hears of it.
				this.settled.accept(tick, false);
			}
		}
	}

	private Opened open() throws BrokerUnavailableException, IOException {
		Opened current = this.opened;
		if (current != null && current.worn && !isWaiting()) {
			current.channel.abort();
			current = null;
		}
		if (current == null) {
			current = new Opened(this.connection.channel());
			current.begin();
			this.opened = current;
		}
		return current;
	}

	/** Says whether the fate of a tick is unknown. */
	boolean isWaiting() {
		Opened current = this.opened;
		if (current != null && !current.channel.isOpen()) {
			this.opened = null;
			current.lose();
		}
		return this.opened != null && !this.opened.unconfirmed.isEmpty();
	}

	/** Waits until everything is confirmed, or for as long. */
	void await(Duration patience) throws InterruptedException {
		Opened current = this.opened;
		if (current != null) {
			try {
				current.channel.waitForConfirms(patience.toMillis());
			}
			catch (TimeoutException | ShutdownSignalException ex) {
				// The caller asks what is still unknown.
				return;
			}
		}
	}

	/** Counts the ticks that every queue took. */
	int taken() {
		return this.taken.get();
	}

	/**
	 * A channel, and what has not been confirmed on it.
	 */
	private final class Opened {

		private final Channel channel;

		private final ConcurrentNavigableMap<Long, Tick> unconfirmed = new ConcurrentSkipListMap<>();

		/** Whether something was refused. */
		private volatile boolean worn;

		Opened(Channel channel) {
			this.channel = channel;
		}

		void begin() throws IOException {
			this.channel.addConfirmListener((sequence, multiple) -> settle(sequence, multiple, true),
					(sequence, multiple) -> settle(sequence, multiple, false));
			this.channel.confirmSelect();
		}

		void publish(Tick tick) throws IOException {
			long sequence = this.channel.getNextPublishSeqNo();
			this.unconfirmed.put(sequence, tick);
			try {
				this.channel.basicPublish(SpareChannel.this.exchange, tick.event(), false,
						SpareChannel.this.message.properties(tick), SpareChannel.this.message.body(tick));
			}
			catch (IOException | ShutdownSignalException ex) {
				this.unconfirmed.remove(sequence);
				throw ex;
			}
		}

		private void settle(long sequence, boolean multiple, boolean accepted) {
			Map<Long, Tick> those = multiple ? this.unconfirmed.headMap(sequence, true)
					: this.unconfirmed.subMap(sequence, true, sequence, true);
			this.worn |= !accepted;
			for (Tick tick : those.values()) {
				if (accepted) {
					SpareChannel.this.taken.incrementAndGet();
				}
				SpareChannel.this.settled.accept(tick, accepted);
			}
			those.clear();
		}

		void lose() {
			List<Tick> lost = new ArrayList<>(this.unconfirmed.values());
			this.unconfirmed.clear();
			lost.forEach((tick) -> SpareChannel.this.settled.accept(tick, false));
		}

	}

}
