package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.ZoneData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Ends the start with one line that counts the schedules and names the exchange and the
 * next slot, and with a warning for each configured line that may be meant otherwise:
 * once the application is ready and the broker has been reached, whichever is later.
 */
final class StartLine {

	private static final Logger logger = LoggerFactory.getLogger(StartLine.class);

	private static final int NAMED_AT_MOST = 10;

	private final Leadership leadership;

	private final ScheduleSource source;

	private final SchedulerProperties properties;

	private final ZoneId machine;

	private final ZoneData zoneData;

	private final Clock clock;

	private boolean ready;

	private boolean logged;

	StartLine(Leadership leadership, ScheduleSource source, SchedulerProperties properties, ZoneId machine,
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
		roleChanged();
	}

	@EventListener(LeadershipStatus.class)
	synchronized void roleChanged() {
		String broker = this.leadership.status().broker();
		if (this.ready && !this.logged && broker != null) {
			this.logged = true;
			log(broker, List.copyOf(this.source.current().all()));
		}
	}

	private void log(String broker, List<Schedule> schedules) {
		if (!this.properties.defaults().zone().getRules().equals(this.machine.getRules())) {
			logger.info(
					"Schedules without a zone of their own are in {}, not in the machine's zone {}. To change this, set ticktock.scheduler.zone",
					this.properties.zone(), this.machine);
		}
		logger.info("Ready: {} to exchange \"{}\" of {}; {}; time zone data {}", counted(schedules),
				this.properties.exchange(), broker, next(schedules), this.zoneData.version());
		schedules.stream()
			.filter((schedule) -> schedule.origin() == Origin.CONFIGURED && schedule.isOver(this.clock.instant()))
			.limit(NAMED_AT_MOST)
			.forEach((schedule) -> logger.info("\"{}\" of {} lies in the past: no tick follows", schedule.line(),
					schedule.event()));
		schedules.stream()
			.filter((schedule) -> schedule.origin() == Origin.CONFIGURED)
			.flatMap((schedule) -> schedule.warnings().stream())
			.forEach(logger::warn);
	}

	private String next(List<Schedule> schedules) {
		String event = null;
		Instant first = Instant.MAX;
		for (Schedule schedule : schedules) {
			Instant slot = schedule.timing().next(this.clock.instant());
			if (slot != null && slot.isBefore(first)) {
				event = schedule.event();
				first = slot;
			}
		}
		return (event != null) ? "next slot %s at %s".formatted(event, first) : "no schedule has a slot to come";
	}

	private static String counted(List<Schedule> schedules) {
		List<String> kinds = new ArrayList<>();
		for (Origin origin : Origin.values()) {
			List<String> events = schedules.stream()
				.filter((schedule) -> schedule.origin() == origin)
				.map(Schedule::event)
				.toList();
			if (!events.isEmpty()) {
				boolean named = origin == Origin.CONFIGURED && events.size() <= NAMED_AT_MOST;
				kinds.add("%d %s%s%s".formatted(events.size(), origin.name().toLowerCase(Locale.ROOT).replace('_', '-'),
						!kinds.isEmpty() ? "" : (events.size() == 1) ? " schedule" : " schedules",
						named ? " (%s)".formatted(String.join(", ", events)) : ""));
			}
		}
		return kinds.isEmpty() ? "no schedules" : String.join(" and ", kinds);
	}

}
