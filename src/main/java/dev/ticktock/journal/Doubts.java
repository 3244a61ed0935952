package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts records that do not count. Another account may write them in masses, so
 * each kind has at most one line a minute.
 */
public final class Doubts {

	private static final Logger logger = LoggerFactory.getLogger(Doubts.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final Clock clock;

	private final Counter distrusted;

	private final Counter ahead;

	private final Throttle distrustedLines;

	private final Throttle aheadLines;

	/**
	 * Creates an instance that counts in the registry.
	 */
	public Doubts(MeterRegistry registry, Clock clock, Uptime uptime) {
		this.clock = clock;
		this.distrusted = Counter.builder("ticktock.journal.distrusted")
			.description("Records of the journal that look like TickTock's and were published by another account.")
			.register(registry);
		this.ahead = Counter.builder("ticktock.journal.ahead")
			.description("Records of the journal that are too far ahead of the clock to count.")
			.register(registry);
		this.distrustedLines = new Throttle(uptime, PAUSE);
		this.aheadLines = new Throttle(uptime, PAUSE);
	}

	/** A message looks like one of TickTock's and is not. */
	void distrusted(String key, AMQP.BasicProperties properties) {
		this.distrusted.increment();
		this.distrustedLines.take((more) -> logger.warn(
				"Ignoring a message with key \"{}\" and id \"{}\" in the journal, and {} before: it is marked as a {} of TickTock, but no TickTock replica published it",
				printable(key), printable(properties.getMessageId()), more, printable(properties.getType())));
	}

	/** A record is of a slot that no right clock can have reached. */
	void ahead(Instant slot, String key, AMQP.BasicProperties properties) {
		this.ahead.increment();
		this.aheadLines.take((more) -> logger.error(
				"Ignoring a {} with key \"{}\" and id \"{}\" in the journal, and {} before: it says {}, and the clock here says {}. Set the clocks of all replicas by NTP; see ticktock.leader.clock-tolerance",
				printable(properties.getType()), printable(key), printable(properties.getMessageId()), more, slot,
				this.clock.instant()));
	}

	private static String printable(@Nullable String text) {
		return (text != null) ? ScheduleFormatException.abbreviated(text) : "";
	}

}
