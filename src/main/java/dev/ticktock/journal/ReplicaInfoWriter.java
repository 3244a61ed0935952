package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the journal what this replica is, every 20 s, when its role has changed, and
 * when it ends. Each record goes out on a channel of its own, on the connection that
 * reads the journal, where no tick waits for it. A record that cannot be written is
 * dropped. Called by one thread.
 */
final class ReplicaInfoWriter {

	private static final Logger logger = LoggerFactory.getLogger(ReplicaInfoWriter.class);

	private final String queue;

	private final Trust trust;

	private final Supplier<@Nullable ReplicaInfo> self;

	private final Uptime uptime;

	/** The last record; {@code null} if there is none. */
	private @Nullable ReplicaInfo last;

	private Duration written = Duration.ZERO;

	/**
	 * Creates a writer.
	 * @param self returns what this replica is; {@code null} if that is not known
	 */
	ReplicaInfoWriter(String queue, Trust trust, Supplier<@Nullable ReplicaInfo> self, Uptime uptime) {
		this.queue = queue;
		this.trust = trust;
		this.self = self;
		this.uptime = uptime;
	}

	/** Writes a record if it is time. */
	void check(BrokerConnection connection) {
		ReplicaInfo before = this.last;
		ReplicaInfo now = this.self.get();
		if (now != null && (before == null || !now.isAsBefore(before)
				|| this.uptime.isOver(ReplicaInfo.INTERVAL, this.written))) {
			write(now, connection);
		}
	}

	/** Writes the last record if there was one before. */
	void leave(BrokerConnection connection) {
		if (this.last != null) {
			write(this.last.gone(), connection);
			this.last = null;
		}
	}

	private void write(ReplicaInfo info, BrokerConnection connection) {
		this.last = info;
		this.written = this.uptime.now();
		ControlMessage message = ControlMessage.replica(info, this.trust);
		try (Channel channel = connection.channel()) {
			channel.basicPublish("", this.queue, false, message.properties(), message.body());
		}
		catch (BrokerUnavailableException | IOException | TimeoutException | ShutdownSignalException ex) {
			logger.debug("The other replicas do not know this one: {}", BrokerConnection.reason(ex));
		}
	}

}
