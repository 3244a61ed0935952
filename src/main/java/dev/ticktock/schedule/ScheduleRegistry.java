package dev.ticktock.schedule;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The schedules of the configuration, which stay, and those of the workers, which come
 * and go. The configuration goes first: a schedule that it has, or has switched off,
 * cannot be registered.
 */
public final class ScheduleRegistry implements ScheduleSource {

	private final Schedules configured;

	private final Set<String> switchedOff;

	private volatile Schedules current;

	public ScheduleRegistry(Schedules configured, Set<String> switchedOff) {
		this.configured = configured;
		this.switchedOff = Set.copyOf(switchedOff);
		this.current = configured;
	}

	@Override
	public Schedules current() {
		return this.current;
	}

	public Schedules configured() {
		return this.configured;
	}

	public Set<String> switchedOff() {
		return this.switchedOff;
	}

	/**
	 * Records that workers may register schedules: until the broker has been asked for
	 * them, these are not all.
	 */
	public void expectRegistrations() {
		this.current = this.current.askedAt(Schedules.NEVER);
	}

	public synchronized void hold(Holds holds) {
		this.current = this.current.holding(holds);
	}

	/**
	 * Takes the schedules of the workers, in the place of those before.
	 * @param asked the uptime at which the broker was asked for them
	 */
	public synchronized void register(Collection<Schedule> registered, Duration asked) {
		Map<String, Schedule> all = new TreeMap<>(this.configured.byEvent());
		for (Schedule schedule : registered) {
			if (!this.switchedOff.contains(schedule.event())) {
				all.putIfAbsent(schedule.event(), schedule);
			}
		}
		Schedules latest = Schedules.of(all).holding(this.current.holds());
		this.current = (latest.isSameAs(this.current) ? this.current : latest).askedAt(asked);
	}

}
