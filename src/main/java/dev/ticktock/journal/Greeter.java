package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Hello;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says hello on the journal: when this replica can stand by, when its role has changed,
 * at its pace, and when it ends. On the connection that reads the journal, where no tick
 * waits for it, and on a channel of its own. A record that fails is dropped, and written
 * again at the pace. Called by one thread.
 */
final class Greeter {

	private static final Logger logger = LoggerFactory.getLogger(Greeter.class);

	/**
	 * How many changes of the role are said at once; each hello at the pace allows one
	 * more. A role that changes all the time must not fill the journal.
	 */
	static final int CHANGES = 5;

	private final String queue;

	private final Trust trust;

	private final Supplier<@Nullable Presence> presence;

	private final Uptime uptime;

	private final Throttle lines;

	private @Nullable Channel channel;

	/** The last record; {@code null} if there is none. */
	private @Nullable Hello last;

	private Duration said = Duration.ZERO;

	private int changes = CHANGES;

	/**
	 * Creates a greeter.
	 * @param presence returns the state of this replica; {@code null} if unknown
	 */
	Greeter(String queue, Trust trust, Supplier<@Nullable Presence> presence, Uptime uptime) {
		this.queue = queue;
		this.trust = trust;
		this.presence = presence;
		this.uptime = uptime;
		this.lines = new Throttle(uptime, Duration.ofMinutes(1));
	}

	/** Says hello if it is time. Does not fail. */
	void look(BrokerConnection connection) {
		try {
			Presence self = this.presence.get();
			Hello hello = (self != null) ? self.hello() : null;
			if (hello != null && isDue(hello)) {
				this.last = hello;
				this.said = this.uptime.now();
				say(hello, connection);
			}
		}
		catch (RuntimeException ex) {
			this.lines.take((before) -> logger
				.error("Unexpected failure; the other replicas do not hear of this one, and {} before", before, ex));
		}
	}

	private boolean isDue(Hello hello) {
		Hello before = this.last;
		if (before == null) {
			return true;
		}
		if (this.uptime.isOver(before.pace(), this.said)) {
			this.changes = Math.min(CHANGES, this.changes + 1);
			return true;
		}
		if (this.changes > 0 && !hello.isAsBefore(before)) {
			this.changes--;
			return true;
		}
		return false;
	}

	/** Says goodbye if hello has been said. Does not fail. */
	void leave(BrokerConnection connection) {
		if (this.last != null) {
			say(this.last.goodbye(), connection);
			this.last = null;
		}
	}

	private void say(Hello hello, BrokerConnection connection) {
		try {
			Channel used = this.channel;
			if (used == null || !used.getConnection().equals(connection.raw())) {
				used = connection.channel();
				this.channel = used;
			}
			ControlMessage message = ControlMessage.replica(hello, this.trust);
			used.basicPublish("", this.queue, false, message.properties(), message.body());
		}
		catch (BrokerUnavailableException | IOException | ShutdownSignalException ex) {
			this.channel = null;
			// The reader of the journal logs a connection that is lost.
			if (connection.raw().isOpen()) {
				this.lines.take((before) -> logger.warn(
						"The other replicas do not hear of this one, and {} times before: {}; trying again in {}",
						before, BrokerConnection.reason(ex), hello.pace()));
			}
		}
	}

}
