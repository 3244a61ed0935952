package dev.ticktock.broker;

import java.time.Duration;
import java.util.function.Consumer;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import dev.ticktock.time.Uptime;

/**
 * Whether the broker accepts no messages on a connection, as RabbitMQ does when it is
 * short of memory or disk. Safe for use by several threads.
 */
public final class Blockade {

	private final Uptime uptime;

	private volatile boolean on;

	private volatile Duration endedAt = Duration.ZERO;

	private Blockade(Uptime uptime) {
		this.uptime = uptime;
	}

	/** Watches a connection. */
	public static Blockade of(Connection connection, Uptime uptime) {
		return of(connection, uptime, (reason) -> {
		}, () -> {
		});
	}

	static Blockade of(Connection connection, Uptime uptime, Consumer<String> begun, Runnable ended) {
		Blockade blockade = new Blockade(uptime);
		connection.addBlockedListener(new BlockedListener() {

			@Override
			public void handleBlocked(String reason) {
				blockade.on = true;
				begun.accept(reason);
			}

			@Override
			public void handleUnblocked() {
				blockade.endedAt = uptime.now();
				blockade.on = false;
				ended.run();
			}

		});
		return blockade;
	}

	public boolean isOn() {
		return this.on;
	}

	/** Returns the uptime at which the last one ended; zero if there was none. */
	Duration endedAt() {
		return this.endedAt;
	}

	/**
	 * Returns for how long the broker has been accepting messages since an uptime: the
	 * time before the end of a blockade does not count, nor does any during one.
	 */
	Duration acceptingSince(Duration earlier) {
		Duration ended = this.endedAt;
		if (this.on) {
			return Duration.ZERO;
		}
		return this.uptime.since((ended.compareTo(earlier) > 0) ? ended : earlier);
	}

}
