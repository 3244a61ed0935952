package dev.ticktock.missed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.DeadLetter;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.leader.EventMeters;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells missed ticks from whatever else somebody publishes to their exchange. A tick
 * counts if there is a schedule of its event; forged ones of a schedule therefore count
 * too, and that is all they do. The names of queues are bounded. Called by one thread at
 * a time.
 */
final class Vetting {

	private static final Logger logger = LoggerFactory.getLogger(Vetting.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** How many queues are told apart, of all that this process has met. */
	private static final int QUEUES = 1000;

	private final ScheduleSource schedules;

	private final ClockTolerance tolerance;

	private final Counter ignored;

	private final Throttle lines;

	private final Set<String> queues = new HashSet<>();

	Vetting(ScheduleSource schedules, ClockTolerance tolerance, MeterRegistry registry, Uptime uptime) {
		this.schedules = schedules;
		this.tolerance = tolerance;
		this.ignored = Counter.builder("ticktock.missed.ignored")
			.description("Messages of the exchange for missed ticks that are no ticks.")
			.register(registry);
		this.lines = new Throttle(uptime, PAUSE);
	}

	/**
	 * Reads a message.
	 * @param key its routing key
	 * @return {@code null} if it does not count
	 */
	@Nullable Found read(String key, AMQP.BasicProperties properties) {
		DeadLetter letter = letter(properties);
		if (letter == null || this.tolerance.isAhead(letter.slot()) || !isOurs(letter)) {
			ignore(key, properties);
			return null;
		}
		return new Found(letter.event(), bounded(letter.queue()), letter.reason(),
				new Miss(letter.slot(), time(letter), letter.id()));
	}

	/** Whatever somebody has put into the tables of a message, it must not end this. */
	private static @Nullable DeadLetter letter(AMQP.BasicProperties properties) {
		try {
			return DeadLetter.read(properties);
		}
		catch (RuntimeException ex) {
			logger.debug("Passing over a dead letter that cannot be read", ex);
			return null;
		}
	}

	private boolean isOurs(DeadLetter letter) {
		return this.schedules.current().byEvent().containsKey(letter.event());
	}

	private String bounded(String queue) {
		return (this.queues.contains(queue) || (this.queues.size() < QUEUES && this.queues.add(queue))) ? queue
				: EventMeters.OTHER;
	}

	/** Returns when it was given away; clocks may differ, and the message may lie. */
	private Instant time(DeadLetter letter) {
		Clock clock = this.tolerance.clock();
		Instant at = letter.at();
		Instant time = (at != null && !this.tolerance.isAhead(at)) ? at : clock.instant();
		return (time.isBefore(letter.slot()) ? letter.slot() : time).truncatedTo(ChronoUnit.SECONDS);
	}

	private void ignore(String key, AMQP.BasicProperties properties) {
		this.ignored.increment();
		this.lines.take((held) -> logger.warn(
				"Ignoring a message with key \"{}\" and id \"{}\" in the queue of missed ticks, and {} before: it is no tick of a schedule that a queue has given away",
				ScheduleFormatException.abbreviated(key),
				ScheduleFormatException.abbreviated(String.valueOf(properties.getMessageId())), held));
	}

	/**
	 * A missed tick.
	 *
	 * @param queue the queue that gave it away; {@code other} if there are too many
	 */
	record Found(String event, String queue, MissedReason reason, Miss tick) {

	}

}
