package dev.ticktock.schedule;

import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The schedules of the configuration, which stay, and those of the workers, which come
 * and go. The configuration goes first: a schedule that it has, or has switched off, can
 * not be registered.
 */
public final class ScheduleRegistry implements ScheduleSource {

	private final Schedules configured;

	private final Set<String> switchedOff;

	private volatile Schedules current;

	private @Nullable Runnable ask;

	private int doubts;

	/**
	 * Creates a registry that knows of no workers and expects none.
	 * @param switchedOff the events that the configuration has switched off
	 */
	public ScheduleRegistry(Schedules configured, Set<String> switchedOff) {
		this.configured = configured;
		this.switchedOff = Set.copyOf(switchedOff);
		this.current = configured;
	}

	@Override
	public Schedules current() {
		return this.current;
	}

	/** Returns the schedules of the configuration. */
	public Schedules configured() {
		return this.configured;
	}

	/** Says whether the configuration has switched an event off. */
	public boolean isSwitchedOff(String event) {
		return this.switchedOff.contains(event);
	}

	/**
	 * Says that workers may register schedules.
	 * @param ask called when the broker should be asked for them now; must not block
	 */
	public synchronized void expectRegistrations(Runnable ask) {
		this.ask = ask;
		this.current = new Schedules(this.current.byEvent(), false);
	}

	@Override
	public synchronized void doubt() {
		if (this.ask != null) {
			this.doubts++;
			if (this.current.complete()) {
				this.current = new Schedules(this.current.byEvent(), false);
			}
			this.ask.run();
		}
	}

	/** Returns how often there has been doubt so far. */
	public synchronized int doubts() {
		return this.doubts;
	}

	/**
	 * Takes the schedules of the workers, in the place of those before.
	 * @param doubts how often there had been doubt when the broker was asked
	 */
	public synchronized void register(Collection<Schedule> registered, int doubts) {
		SortedMap<String, Schedule> all = new TreeMap<>(this.configured.byEvent());
		registered.stream()
			.filter((schedule) -> !isSwitchedOff(schedule.event()))
			.forEach((schedule) -> all.putIfAbsent(schedule.event(), schedule));
		Schedules latest = new Schedules(all, doubts == this.doubts);
		if (!latest.equals(this.current)) {
			this.current = latest;
		}
	}

}
