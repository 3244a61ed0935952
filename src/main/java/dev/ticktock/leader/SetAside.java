package dev.ticktock.leader;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules whose ticks the broker refuses. The broker closes the channel because of
 * such a tick, and the term ends with the channel. So the schedule is set aside for an
 * hour or until it changes, and the others go on. The broker names the key that a topic
 * permission forbids; it cuts off a long one, and then each schedule is set aside whose
 * event begins like that.
 *
 * <p>
 * Belongs to the replica and outlives its terms. Safe for use by several threads.
 */
public final class SetAside {

	private static final Logger logger = LoggerFactory.getLogger(SetAside.class);

	static final Duration RETRY = Duration.ofHours(1);

	private static final String FORBIDDEN_KEY = "access to topic '";

	private static final Pattern KEY = Pattern.compile(FORBIDDEN_KEY + "(.*)' in exchange '");

	/** The end of a text that has been cut off. */
	private static final Pattern CUT = Pattern.compile(FORBIDDEN_KEY + "(.*?)(\\.\\.\\.)?$");

	private final ScheduleSource schedules;

	private final Uptime uptime;

	private final Map<String, Refused> byEvent = new ConcurrentHashMap<>();

	/**
	 * Creates an instance that has set nothing aside.
	 * @param schedules the schedules that hold
	 */
	public SetAside(ScheduleSource schedules, Uptime uptime) {
		this.schedules = schedules;
		this.uptime = uptime;
	}

	/**
	 * Sets aside the schedule whose tick has closed the channel of a term.
	 * @param permit the remedy for a forbidden key, as a sentence
	 * @return whether the broker refused the key of a tick
	 */
	public boolean closed(ShutdownSignalException signal, String permit) {
		String reason = BrokerConnection.reason(signal);
		if (BrokerConnection.replyCode(signal) != AMQP.ACCESS_REFUSED || !reason.contains(FORBIDDEN_KEY)) {
			return false;
		}
		Map<String, Schedule> current = this.schedules.current().byEvent();
		Matcher key = KEY.matcher(reason);
		Matcher cut = CUT.matcher(reason);
		if (key.find()) {
			Schedule named = current.get(key.group(1));
			if (named != null) {
				add(named, reason, permit);
			}
		}
		else if (cut.find()) {
			current.values()
				.stream()
				.filter((each) -> each.event().startsWith(cut.group(1)))
				.forEach((each) -> add(each, reason, permit));
		}
		return true;
	}

	private void add(Schedule schedule, String reason, String remedy) {
		Refused before = this.byEvent.put(schedule.event(),
				new Refused(schedule, reason, remedy, this.uptime.now().plus(RETRY)));
		if (before == null || !before.schedule.equals(schedule)) {
			logger.error(
					"The broker refuses the ticks of \"{}\" ({}). They are skipped, and tried again in an hour or when the schedule changes. {}",
					schedule.event(), reason, remedy);
		}
	}

	/** Returns whether the ticks of an event are not to be published at present. */
	public boolean has(String event) {
		Refused refused = this.byEvent.get(event);
		return refused != null && refused.until.compareTo(this.uptime.now()) > 0 && isCurrent(refused);
	}

	private boolean isCurrent(Refused refused) {
		return refused.schedule.equals(this.schedules.current().byEvent().get(refused.schedule.event()));
	}

	/** The broker has accepted a tick of an event. */
	public void taken(String event) {
		if (this.byEvent.remove(event) != null) {
			logger.info("The broker takes the ticks of \"{}\" again", event);
		}
	}

	/**
	 * Returns the schedules whose ticks the broker refused when they were last tried, in
	 * the order of the events.
	 */
	public List<Refused> all() {
		return this.byEvent.values()
			.stream()
			.filter(this::isCurrent)
			.sorted(Comparator.comparing(Refused::event))
			.toList();
	}

	/**
	 * A schedule that is set aside.
	 *
	 * @param reason the broker's
	 * @param remedy what an operator can do, as a sentence
	 * @param until the uptime of the next attempt
	 */
	public record Refused(Schedule schedule, String reason, String remedy, Duration until) {

		public String event() {
			return this.schedule.event();
		}

	}

}
