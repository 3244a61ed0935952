package dev.ticktock.publish;

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
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules whose ticks the broker refuses. The broker closes the channel because of
 * such a tick, and the term ends with the channel. So the schedule is set aside for an
 * hour or until it changes, and the others go on.
 *
 * <p>
 * The broker names the key that a topic permission forbids. If it names none, the next
 * terms publish one message at a time, so a refusal can only be of the tick under way.
 * Belongs to the replica and outlives its terms. Safe for use by several threads.
 */
public final class SetAside {

	private static final Logger logger = LoggerFactory.getLogger(SetAside.class);

	static final Duration RETRY = Duration.ofHours(1);

	/** The class and the method of {@code basic.publish}. */
	private static final int BASIC = 60;

	private static final int PUBLISH = 40;

	private static final String FORBIDDEN_KEY = "access to topic '";

	private static final Pattern KEY = Pattern.compile(FORBIDDEN_KEY + "(.*)' in exchange '");

	private final ScheduleSource schedules;

	private final Uptime uptime;

	private final Map<String, Refused> byEvent = new ConcurrentHashMap<>();

	/** When the broker refused a message without naming its key. */
	private volatile @Nullable Duration unnamed;

	/**
	 * Creates an instance that has set nothing aside.
	 * @param schedules the schedules that hold
	 */
	public SetAside(ScheduleSource schedules, Uptime uptime) {
		this.schedules = schedules;
		this.uptime = uptime;
	}

	/**
	 * Takes in why the channel of a term has closed.
	 * @param underWay the only tick that can have been refused; {@code null} if there may
	 * be several
	 * @param permit the remedy for a forbidden key, as a sentence
	 * @return whether the broker refused a single message
	 */
	public boolean closed(ShutdownSignalException signal, @Nullable Tick underWay, String permit) {
		if (!isOverOneMessage(signal)) {
			return false;
		}
		String reason = BrokerConnection.reason(signal);
		Matcher key = KEY.matcher(reason);
		boolean named = key.find();
		String event = named ? key.group(1) : (underWay != null) ? underWay.event() : "";
		Schedule schedule = this.schedules.current().byEvent().get(event);
		if (schedule != null) {
			add(schedule, reason, reason.contains(FORBIDDEN_KEY) ? permit
					: "Change the schedule, or the limit of the broker that the reason names.");
		}
		this.unnamed = (named || schedule != null) ? null : this.uptime.now();
		return true;
	}

	private static boolean isOverOneMessage(ShutdownSignalException signal) {
		String reason = BrokerConnection.reason(signal);
		return switch (BrokerConnection.replyCode(signal)) {
			case AMQP.ACCESS_REFUSED -> reason.contains(FORBIDDEN_KEY);
			// A message that names another account than the login's is no tick.
			case AMQP.PRECONDITION_FAILED, AMQP.CONTENT_TOO_LARGE ->
				isOfPublishing(signal) && !reason.contains("user_id");
			default -> false;
		};
	}

	private static boolean isOfPublishing(ShutdownSignalException signal) {
		return signal.getReason() instanceof AMQP.Channel.Close close && close.getClassId() == BASIC
				&& close.getMethodId() == PUBLISH;
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

	/** Returns whether the next messages are published one at a time. */
	public boolean isSearching() {
		Duration since = this.unnamed;
		return since != null && !this.uptime.isOver(RETRY, since);
	}

	/** Returns whether the ticks of an event are not to be published at present. */
	public boolean has(String event) {
		Refused refused = this.byEvent.get(event);
		return refused != null && refused.until.compareTo(this.uptime.now()) > 0 && isCurrent(refused);
	}

	private boolean isCurrent(Refused refused) {
		return refused.schedule.equals(this.schedules.current().byEvent().get(refused.schedule.event()));
	}

	/** Takes in that the broker has accepted a tick of an event. */
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
