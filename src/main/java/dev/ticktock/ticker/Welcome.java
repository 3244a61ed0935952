package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.RoleChanged;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.ZoneData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Ends the start with one line that says which schedules there are, where ticks go and
 * which comes next, and with a warning for each configured line that may be meant
 * otherwise: once the application is ready and the broker has been reached, whichever is
 * later.
 */
final class Welcome {

	private static final Logger logger = LoggerFactory.getLogger(Welcome.class);

	/** How many configured schedules are named. */
	private static final int NAMED_AT_MOST = 10;

	private final Leadership leadership;

	private final ScheduleSource source;

	private final SchedulerProperties properties;

	private final ZoneId machine;

	private final ZoneData zoneData;

	private final Clock clock;

	private boolean ready;

	private boolean told;

	/**
	 * Creates a welcome.
	 * @param machine the time zone of the machine, which no schedule follows
	 */
	Welcome(Leadership leadership, ScheduleSource source, SchedulerProperties properties, ZoneId machine,
			ZoneData zoneData, Clock clock) {
		this.leadership = leadership;
		this.source = source;
		this.properties = properties;
		this.machine = machine;
		this.zoneData = zoneData;
		this.clock = clock;
	}

	@EventListener(ApplicationReadyEvent.class)
	synchronized void ready() {
		this.ready = true;
		tell();
	}

	@EventListener(RoleChanged.class)
	synchronized void roleChanged() {
		tell();
	}

	private void tell() {
		String broker = this.leadership.status().broker();
		if (this.ready && !this.told && broker != null) {
			this.told = true;
			Schedules schedules = this.source.current();
			tell(broker, schedules);
		}
	}

	private void tell(String broker, Schedules schedules) {
		if (!this.properties.defaults().zone().getRules().equals(this.machine.getRules())) {
			logger.info(
					"Schedules without a zone of their own are in {}, not in the machine's zone {}. To change this, set ticktock.scheduler.zone",
					this.properties.zone(), this.machine);
		}
		Instant now = this.clock.instant();
		Optional<Map.Entry<String, Instant>> first = schedules.all()
			.stream()
			.flatMap((schedule) -> Optional.ofNullable(schedule.timing().next(now))
				.map((slot) -> Map.entry(schedule.event(), slot))
				.stream())
			.min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
		if (first.isPresent()) {
			logger.info("Ready: {} to exchange \"{}\" of {}; next slot {} at {}; time zone data {}",
					describe(schedules), this.properties.exchange(), broker, first.get().getKey(),
					first.get().getValue(), this.zoneData.version());
		}
		else {
			logger.info("Ready: no schedule has a slot to come; exchange \"{}\" of {}; time zone data {}",
					this.properties.exchange(), broker, this.zoneData.version());
		}
		schedules.all()
			.stream()
			.filter((schedule) -> schedule.origin() == Origin.CONFIGURED)
			.flatMap((schedule) -> schedule.warnings().stream())
			.forEach(logger::warn);
	}

	/** Counts the schedules by who said so, and names those of the configuration. */
	private static String describe(Schedules schedules) {
		List<String> kinds = new ArrayList<>();
		for (Origin origin : Origin.values()) {
			List<String> events = schedules.all()
				.stream()
				.filter((schedule) -> schedule.origin() == origin)
				.map(Schedule::event)
				.toList();
			if (!events.isEmpty()) {
				String noun = !kinds.isEmpty() ? "" : (events.size() == 1) ? " schedule" : " schedules";
				String names = (origin == Origin.CONFIGURED && events.size() <= NAMED_AT_MOST)
						? " (" + String.join(", ", events) + ")" : "";
				kinds.add("%d %s%s%s".formatted(events.size(), origin.name().toLowerCase(Locale.ROOT).replace('_', '-'),
						noun, names));
			}
		}
		String last = kinds.remove(kinds.size() - 1);
		return kinds.isEmpty() ? last : String.join(", ", kinds) + " and " + last;
	}

}
