package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;

import org.springframework.context.ApplicationContext;

/**
 * A past for a replica that has just started, so that its page has something to show: two
 * days of ticks, and an outage of four minutes half an hour ago.
 */
public final class Past {

	private static final Duration LENGTH = Duration.ofDays(2);

	private static final Duration OUTAGE = Duration.ofMinutes(4);

	private final Random random = new Random(1);

	private final History history;

	private final Instant now;

	private final Instant outage;

	private Past(History history, Instant now) {
		this.history = history;
		this.now = now;
		this.outage = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(32)).plusSeconds(5);
	}

	/** Gives a past to the schedules of a replica, up to now. */
	public static void invent(ApplicationContext replica, Instant now) {
		Past past = new Past(replica.getBean(History.class), now);
		replica.getBean(ScheduleSource.class).current().all().forEach(past::of);
	}

	private void of(Schedule schedule) {
		List<Instant> lost = new ArrayList<>();
		Instant from = this.now.minus(schedule.event().startsWith("cron.second") ? Duration.ofHours(1) : LENGTH);
		for (Instant slot = schedule.timing().next(from); slot != null
				&& slot.isBefore(this.now); slot = schedule.timing().next(slot)) {
			if (slot.isBefore(this.outage) || slot.isAfter(this.outage.plus(OUTAGE))) {
				this.history.tick(schedule.event(), slot, slot.plusMillis(2 + this.random.nextInt(5)), "host-1", null);
			}
			else {
				lost.add(slot);
			}
		}
		// The last one is still valid when the broker is back.
		if (!lost.isEmpty()) {
			Instant last = lost.remove(lost.size() - 1);
			this.history.tick(schedule.event(), last, this.outage.plus(OUTAGE).plusMillis(350), "host-1", null);
		}
		if (!lost.isEmpty()) {
			this.history.skipped(new Skipping(Reason.OUTAGE, this.outage, this.outage.plus(OUTAGE), List
				.of(new SkippedSlots(schedule.event(), lost.get(0), lost.get(lost.size() - 1), lost.size(), false))));
		}
	}

}
