package dev.ticktock.discovery;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.schedule.Quotable;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Finds the schedules that a listing of bindings registers. A binding registers one if it
 * has the argument {@code cron}; {@code zone} and {@code validity} go with it.
 *
 * <p>
 * The configuration takes precedence over the workers. Bindings that disagree change
 * nothing: the schedule that held goes on while one of them asks for it; otherwise there
 * is none until they agree. A restarted replica learns from the journal which one held.
 * Within the quotas, schedules that a leader has covered come first, then those that
 * held, then the others by their events.
 *
 * @param coveredAs returns the definition under which the leaders last covered an event;
 * {@code null} if they did not
 */
record Registrar(ScheduleRegistry registry, Schedule.Defaults defaults, DiscoveryProperties properties,
		Function<String, @Nullable String> coveredAs, Clock clock) {

	/**
	 * Returns what a listing registers.
	 * @param before what the listing before it registered, which holds
	 */
	Registrations read(Listing listing, Registrations before) {
		Instant now = this.clock.instant();
		Map<String, Schedule> held = before.schedules()
			.stream()
			.collect(Collectors.toMap(Schedule::event, Function.identity()));
		Sample<Problem> problems = new Sample<>();
		Sample<Problem> over = new Sample<>();
		List<Binding> asking = listing.bindings()
			.stream()
			.filter((each) -> each.request() != null && !isOver(each, now, over))
			.toList();
		SortedMap<String, Map<Binding, Schedule>> candidates = candidates(asking, held.keySet(), problems);
		SortedMap<String, Schedule> agreed = new TreeMap<>();
		if (!listing.whole()) {
			agreed.putAll(held);
			agreed.values().removeIf((each) -> each.isOver(now));
			listing.bindings()
				.stream()
				.filter((each) -> each.request() != null)
				.forEach((each) -> agreed.remove(each.key()));
		}
		candidates.forEach((event, each) -> {
			Schedule schedule = agree(held.get(event), event, each, problems);
			if (schedule != null) {
				agreed.put(event, schedule);
			}
		});
		boolean undecided = !agreed.keySet().containsAll(candidates.keySet());
		Set<String> within = first(agreed.keySet().stream(), held.keySet(), this.properties.maxSchedules());
		String tooMany = "workers have registered more than %d schedules, the limit that ticktock.discovery.max-schedules sets."
			.formatted(this.properties.maxSchedules());
		candidates.forEach((event, each) -> {
			if (agreed.containsKey(event) && !within.contains(event)) {
				each.keySet().forEach((binding) -> add(problems, binding, tooMany));
			}
		});
		agreed.keySet().retainAll(within);
		// Other replicas may have read the bindings one by one, and know others.
		boolean leftOut = asking.stream().anyMatch((each) -> !within.contains(each.key()));
		undecided |= leftOut && agreed.keySet().stream().anyMatch((event) -> this.coveredAs.apply(event) == null);
		Instant until = agreed.values()
			.stream()
			.map(Schedule::end)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(Instant.MAX);
		return new Registrations(List.copyOf(agreed.values()), problems.some(), problems.count(), over.some(),
				over.count(), undecided, until);
	}

	/**
	 * Whether the schedule of a binding is over. Such a binding registers nothing and
	 * leaves room for others.
	 */
	private boolean isOver(Binding binding, Instant now, Sample<Problem> over) {
		Request request = Objects.requireNonNull(binding.request(), "it asks");
		try {
			Schedule schedule = request.mayEnd() ? request.schedule(binding.key(), this.defaults) : null;
			if (schedule == null || !schedule.isOver(now)) {
				return false;
			}
			add(over, binding, "the last slot of \"%s\" was at %s. Remove the binding."
				.formatted(Quotable.of(schedule.line()), schedule.timing().last()));
			return true;
		}
		catch (RuntimeException ex) {
			// It is a problem, below.
			return false;
		}
	}

	private static void add(Sample<Problem> problems, Binding binding, String reason) {
		problems.add(binding.destination(), () -> new Problem(binding.key(), binding.destination(), reason));
	}

	private SortedMap<String, Map<Binding, Schedule>> candidates(List<Binding> asking, Set<String> held,
			Sample<Problem> problems) {
		SortedMap<String, Map<Binding, Schedule>> candidates = new TreeMap<>();
		Map<String, List<Binding>> byQueue = asking.stream()
			.collect(Collectors.groupingBy(Binding::destination, TreeMap::new, Collectors.toList()));
		String tooMany = "it asks for more than %d schedules, the most that ticktock.discovery.max-schedules-per-queue allows to one queue."
			.formatted(this.properties.maxSchedulesPerQueue());
		for (List<Binding> ofQueue : byQueue.values()) {
			Set<String> within = first(ofQueue.stream().map(Binding::key), held,
					this.properties.maxSchedulesPerQueue());
			for (Binding binding : ofQueue) {
				if (within.contains(binding.key())) {
					parse(binding, candidates, problems);
				}
				else {
					add(problems, binding, tooMany);
				}
			}
		}
		return candidates;
	}

	/** Those that a leader has covered come first, then those that held. */
	private Set<String> first(Stream<String> events, Set<String> held, int atMost) {
		SortedMap<Integer, List<String>> byRank = events.distinct()
			.sorted()
			.collect(Collectors.groupingBy(
					(event) -> (this.coveredAs.apply(event) != null) ? 0 : held.contains(event) ? 1 : 2, TreeMap::new,
					Collectors.toList()));
		return byRank.values().stream().flatMap(List::stream).limit(atMost).collect(Collectors.toSet());
	}

	private void parse(Binding binding, Map<String, Map<Binding, Schedule>> candidates, Sample<Problem> problems) {
		String event = binding.key();
		Schedule configured = this.registry.configured().byEvent().get(event);
		try {
			Schedule schedule = Objects.requireNonNull(binding.request(), "it asks").schedule(event, this.defaults);
			if (this.registry.switchedOff().contains(event)) {
				add(problems, binding, "TickTock's configuration has disabled this event.");
			}
			else if (configured == null) {
				candidates.computeIfAbsent(event, (key) -> new LinkedHashMap<>()).put(binding, schedule);
			}
			else if (!agree(configured, schedule)) {
				add(problems, binding,
						"TickTock's own configuration defines this event as \"%s\" and takes precedence. Choose another event."
							.formatted(Quotable.of(configured.line())));
			}
		}
		catch (IllegalArgumentException ex) {
			add(problems, binding, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			// A fault in one binding must not keep the others from being read.
			add(problems, binding, "TickTock cannot read it: " + ex);
		}
	}

	private static boolean agree(Schedule one, Schedule other) {
		return one.timing().equals(other.timing()) && one.validity().equals(other.validity())
				&& Objects.equals(one.data(), other.data());
	}

	private @Nullable Schedule agree(@Nullable Schedule before, String event, Map<Binding, Schedule> candidates,
			Sample<Problem> problems) {
		Schedule first = candidates.values().iterator().next();
		Schedule kept = kept(before, event, candidates.values());
		if (candidates.values().stream().allMatch((each) -> agree(each, first))) {
			// The same instance as before, so that nothing seems to have changed.
			return (kept != null) ? kept : first;
		}
		String verdict = (kept != null) ? "%s stays in force".formatted(printable(kept)) : "none of them is in force";
		candidates.forEach((binding, schedule) -> {
			if (kept == null || !agree(schedule, kept)) {
				add(problems, binding,
						"it asks for %s and another binding asks for a different schedule, so %s. Unbind the one that you do not want, with its arguments."
							.formatted(printable(schedule), verdict));
			}
		});
		return kept;
	}

	private static String printable(Schedule schedule) {
		return "\"%s\" (%s, valid for %s%s)".formatted(Quotable.of(schedule.line()), Quotable.of(schedule.definition()),
				schedule.validity().describe(),
				(schedule.data() != null) ? ", with data \"%s\"".formatted(Quotable.of(schedule.data())) : "");
	}

	/** Returns the schedule that held, if a binding still asks for it. */
	private @Nullable Schedule kept(@Nullable Schedule before, String event, Collection<Schedule> candidates) {
		if (before != null) {
			return candidates.stream().anyMatch((schedule) -> agree(schedule, before)) ? before : null;
		}
		String covered = this.coveredAs.apply(event);
		// The journal has neither validity nor data: every replica takes the longest.
		return candidates.stream()
			.filter((schedule) -> covered != null && schedule.isDueAs(covered))
			.max(Comparator.comparing((Schedule schedule) -> schedule.validity().atMost())
				.thenComparing((schedule) -> String.valueOf(schedule.data())))
			.orElse(null);
	}

	/**
	 * The schedules that a listing of bindings registers.
	 *
	 * @param schedules the schedules, in the order of their events
	 * @param undecided whether the journal may soon know of one that held, where bindings
	 * disagree or exceed a quota
	 * @param until when the first of the schedules is over
	 */
	record Registrations(Collection<Schedule> schedules, List<Problem> problems, int problemCount, List<Problem> over,
			int overCount, boolean undecided, Instant until) {

		static final Registrations NONE = new Registrations(List.of(), List.of(), 0, List.of(), 0, false, Instant.MAX);

	}

}
