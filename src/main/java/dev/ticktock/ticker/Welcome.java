package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.RoleChanged;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Ends the start with one line that says where ticks go and which comes next: once the
 * application is ready and the broker has been reached, whichever is later.
 */
final class Welcome {

	private static final Logger logger = LoggerFactory.getLogger(Welcome.class);

	private final Leadership leadership;

	private final ScheduleSource source;

	private final String exchange;

	private final Clock clock;

	private boolean ready;

	private boolean told;

	Welcome(Leadership leadership, ScheduleSource source, String exchange, Clock clock) {
		this.leadership = leadership;
		this.source = source;
		this.exchange = exchange;
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
		Instant now = this.clock.instant();
		Optional<Map.Entry<String, Instant>> first = schedules.all()
			.stream()
			.flatMap((schedule) -> Optional.ofNullable(schedule.timing().next(now))
				.map((slot) -> Map.entry(schedule.event(), slot))
				.stream())
			.min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
		if (first.isPresent()) {
			logger.info("Ready: {} schedules to exchange \"{}\" of {}; next slot {} at {}", schedules.all().size(),
					this.exchange, broker, first.get().getKey(), first.get().getValue());
		}
		else {
			logger.info("Ready: no schedule has a slot to come; exchange \"{}\" of {}", this.exchange, broker);
		}
	}

}
