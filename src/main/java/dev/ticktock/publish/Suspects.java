package dev.ticktock.publish;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * The events that a channel has had accepted, and those that it has not: each has its own
 * looks and trials. Remembers a bounded number of both. Safe for use by several threads.
 */
final class Suspects {

	/** How many events are remembered, of either kind. */
	static final int EVENTS = 10_000;

	/** How many ticks are remembered. */
	static final int TICKS = 100_000;

	private final Clock clock;

	private final Uptime uptime;

	private final Set<String> accepted = new HashSet<>();

	private final Map<String, Suspect> suspects = new LinkedHashMap<>();

	/** Counted anew in each round. */
	private int ticks;

	/**
	 * Creates the suspects of a channel that has published nothing yet.
	 */
	Suspects(Clock clock, Uptime uptime) {
		this.clock = clock;
		this.uptime = uptime;
	}

	/**
	 * Takes note that the channel has had an event accepted: a broken one would not have,
	 * so a queue was full for a while, or the channel has healed.
	 */
	synchronized void accepted(String event) {
		Suspect suspect = this.suspects.get(event);
		if (suspect != null) {
			suspect.heal(this.uptime.now());
			if (suspect.isOver()) {
				this.suspects.remove(event);
			}
		}
		if (this.accepted.size() < EVENTS) {
			this.accepted.add(event);
		}
	}

	/** Takes a tick that the channel has had refused. */
	synchronized void refused(Tick tick) {
		if (this.accepted.contains(tick.event()) || this.ticks >= TICKS) {
			return;
		}
		Suspect suspect = this.suspects.get(tick.event());
		if (suspect == null) {
			if (this.suspects.size() >= EVENTS) {
				return;
			}
			suspect = new Suspect();
			this.suspects.put(tick.event(), suspect);
		}
		suspect.refuse(tick, this.uptime.now());
		this.ticks++;
	}

	/**
	 * Says whether an event that is not remembered as accepted has not been: of more than
	 * so many, nobody knows.
	 */
	synchronized boolean remembersAllAccepted() {
		return this.accepted.size() < EVENTS;
	}

	/** Returns the events of which something is due, and forgets what has expired. */
	synchronized List<String> due() {
		Duration now = this.uptime.now();
		Instant time = this.clock.instant();
		List<String> due = new ArrayList<>();
		this.ticks = 0;
		this.suspects.values().removeIf((suspect) -> {
			suspect.expire(time);
			this.ticks += suspect.size();
			return suspect.isIdle(now) || suspect.isOver();
		});
		this.suspects.forEach((event, suspect) -> {
			if (suspect.isDue(now)) {
				due.add(event);
			}
		});
		return due;
	}

	/** Says whether the queues of an event have to be looked into. */
	synchronized boolean needsLook(String event) {
		Suspect suspect = this.suspects.get(event);
		return suspect != null && suspect.needsLook();
	}

	/**
	 * Takes note that no queue of an event is full, as far as anybody can see.
	 * @return what to send on another channel
	 */
	synchronized List<Tick> clear(String event) {
		Suspect suspect = this.suspects.get(event);
		return (suspect != null) ? suspect.clear(this.uptime.now()) : List.of();
	}

	/** Takes note that a queue of an event may be full. */
	synchronized void mayBeFull(String event) {
		Suspect suspect = this.suspects.get(event);
		if (suspect != null) {
			suspect.mayBeFull(this.uptime.now());
		}
	}

	/** Takes note that nothing can be told of an event at the moment. */
	synchronized void later(String event) {
		Suspect suspect = this.suspects.get(event);
		if (suspect != null) {
			suspect.later(this.uptime.now());
		}
	}

	/** Takes note of what became of a tick on another channel. */
	synchronized void settledElsewhere(Tick tick, boolean taken) {
		Suspect suspect = this.suspects.get(tick.event());
		if (suspect != null) {
			suspect.settledElsewhere(taken, this.uptime.now());
		}
	}

	/**
	 * Returns an event that shows that the channel is broken; {@code null} if none does.
	 */
	synchronized @Nullable String broken() {
		return this.suspects.entrySet()
			.stream()
			.filter((each) -> each.getValue().isBroken())
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(null);
	}

	/** Makes everything due: it is now or never. */
	synchronized void hurry() {
		this.suspects.values().forEach(Suspect::hurry);
	}

	/** Says whether something is still to be sent, or to be heard of. */
	synchronized boolean isOpen() {
		return this.suspects.values().stream().anyMatch(Suspect::isOpen);
	}

}
