package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Tells which schedules a listing of bindings registers. A binding registers one if it
 * has the argument {@code cron}; {@code zone} and {@code validity} go with it.
 *
 * <p>
 * The configuration goes before the workers. Bindings that disagree change nothing: the
 * schedule that held goes on while one of them asks for it, and else there is none until
 * they agree. A restarted replica learns from the journal which one held. Not safe for
 * use by several threads.
 */
final class Registrar {

	static final String CRON = "cron";

	static final String ZONE = "zone";

	static final String VALIDITY = "validity";

	private final ScheduleRegistry registry;

	private final Schedule.Defaults defaults;

	private final int maxSchedules;

	private final Function<String, @Nullable String> coveredAs;

	private SortedMap<String, Schedule> held = new TreeMap<>();

	/** What has been parsed before, so that an unchanged binding costs nothing. */
	private Map<Request, Parsed> parsed = new HashMap<>();

	/**
	 * Creates a registrar.
	 * @param maxSchedules the largest number of schedules that workers may register
	 * @param coveredAs tells the definition under which the leaders last covered an
	 * event; {@code null} if they did not
	 */
	Registrar(ScheduleRegistry registry, Schedule.Defaults defaults, int maxSchedules,
			Function<String, @Nullable String> coveredAs) {
		this.registry = registry;
		this.defaults = defaults;
		this.maxSchedules = maxSchedules;
		this.coveredAs = coveredAs;
	}

	/**
	 * Takes a listing in, in the place of the one before.
	 */
	Registrations read(List<Binding> bindings) {
		List<Problem> problems = new ArrayList<>();
		Map<Request, Parsed> parsedNow = new HashMap<>();
		SortedMap<String, List<Candidate>> candidates = new TreeMap<>();
		for (Binding binding : bindings) {
			Request request = Request.of(binding);
			if (request != null) {
				Parsed result = parsedNow.computeIfAbsent(request, this::parse);
				if (result.schedule() == null) {
					problems.add(problem(binding, String.valueOf(result.problem())));
				}
				else if (mayRegister(binding, result.schedule(), problems)) {
					candidates.computeIfAbsent(binding.key(), (key) -> new ArrayList<>())
						.add(new Candidate(binding, result.schedule()));
				}
			}
		}
		this.parsed = parsedNow;
		SortedMap<String, Schedule> agreed = new TreeMap<>();
		candidates.forEach((event, all) -> {
			Schedule schedule = agree(event, all, problems);
			if (schedule != null) {
				agreed.put(event, schedule);
			}
		});
		this.held = bounded(agreed, candidates, problems);
		return new Registrations(List.copyOf(this.held.values()), List.copyOf(problems));
	}

	private Parsed parse(Request request) {
		Parsed before = this.parsed.get(request);
		return (before != null) ? before : request.parse(this.defaults);
	}

	private boolean mayRegister(Binding binding, Schedule schedule, List<Problem> problems) {
		if (this.registry.isSwitchedOff(binding.key())) {
			problems.add(problem(binding, "TickTock's configuration has disabled this event."));
			return false;
		}
		Schedule configured = this.registry.configured().byEvent().get(binding.key());
		if (configured == null) {
			return true;
		}
		if (!agree(configured, schedule)) {
			problems.add(problem(binding,
					"TickTock's own configuration defines this event as \"%s\" and takes precedence. Choose another event."
						.formatted(configured.line())));
		}
		return false;
	}

	private static boolean agree(Schedule one, Schedule other) {
		return one.timing().equals(other.timing()) && one.validity().equals(other.validity());
	}

	private @Nullable Schedule agree(String event, List<Candidate> candidates, List<Problem> problems) {
		Schedule first = candidates.get(0).schedule();
		Schedule before = this.held.get(event);
		if (candidates.stream().allMatch((each) -> agree(each.schedule(), first))) {
			// The same instance as before, so that nothing seems to have changed.
			return (before != null && agree(before, first)) ? before : first;
		}
		Schedule kept = kept(event, candidates, before);
		String verdict = (kept != null) ? "%s stays in force".formatted(printable(kept)) : "none of them is in force";
		candidates.stream()
			.filter((each) -> kept == null || !agree(each.schedule(), kept))
			.forEach((each) -> problems.add(problem(each.binding(),
					"it asks for %s and another binding asks for a different schedule, so %s. Unbind the one that you do not want, with its arguments."
						.formatted(printable(each.schedule()), verdict))));
		return kept;
	}

	private static String printable(Schedule schedule) {
		return "\"%s\" (%s, valid for %s)".formatted(ScheduleFormatException.abbreviated(schedule.line()),
				schedule.definition(), schedule.validity().describe());
	}

	/** Returns what held before, if that is still asked for. */
	private @Nullable Schedule kept(String event, List<Candidate> candidates, @Nullable Schedule before) {
		if (before != null) {
			return candidates.stream()
				.map(Candidate::schedule)
				.filter((schedule) -> agree(schedule, before))
				.findFirst()
				.map((schedule) -> before)
				.orElse(null);
		}
		String covered = this.coveredAs.apply(event);
		List<Schedule> same = candidates.stream()
			.map(Candidate::schedule)
			.filter((schedule) -> covered != null && schedule.isDueAs(covered))
			.toList();
		// The journal does not know of the validity: every replica takes the longest.
		return same.stream().max(Comparator.comparing((schedule) -> schedule.validity().atMost())).orElse(null);
	}

	/**
	 * Those that held or that a leader has covered go on; the others find room in the
	 * order of their events.
	 */
	private SortedMap<String, Schedule> bounded(SortedMap<String, Schedule> agreed,
			Map<String, List<Candidate>> candidates, List<Problem> problems) {
		if (agreed.size() <= this.maxSchedules) {
			return agreed;
		}
		SortedMap<String, Schedule> bounded = new TreeMap<>();
		agreed.values().stream().sorted(Comparator.comparing((schedule) -> !isKnown(schedule))).forEach((schedule) -> {
			if (bounded.size() < this.maxSchedules) {
				bounded.put(schedule.event(), schedule);
			}
			else {
				candidates.getOrDefault(schedule.event(), List.of())
					.forEach((each) -> problems.add(problem(each.binding(),
							"workers have registered more than %d schedules, the limit that ticktock.discovery.max-schedules sets."
								.formatted(this.maxSchedules))));
			}
		});
		return bounded;
	}

	private boolean isKnown(Schedule schedule) {
		String covered = this.coveredAs.apply(schedule.event());
		return this.held.containsKey(schedule.event()) || (covered != null && schedule.isDueAs(covered));
	}

	private static Problem problem(Binding binding, String reason) {
		return new Problem(binding.key(), binding.destination(), reason);
	}

	/**
	 * What a listing of bindings registers.
	 *
	 * @param schedules the schedules, in the order of their events
	 * @param problems what workers asked for and do not get
	 */
	record Registrations(Collection<Schedule> schedules, List<Problem> problems) {

	}

	private record Candidate(Binding binding, Schedule schedule) {

	}

	private record Parsed(@Nullable Schedule schedule, @Nullable String problem) {

	}

	/**
	 * What one binding asks for.
	 */
	private record Request(String event, Map<String, Object> arguments) {

		/** Returns {@code null} if the binding does not ask for a schedule. */
		static @Nullable Request of(Binding binding) {
			Map<String, Object> asked = new LinkedHashMap<>();
			for (String name : List.of(CRON, ZONE, VALIDITY)) {
				Object value = binding.arguments().get(name);
				if (value != null) {
					asked.put(name, value);
				}
			}
			return asked.isEmpty() ? null : new Request(binding.key(), asked);
		}

		Parsed parse(Schedule.Defaults defaults) {
			String line = text(CRON);
			String zone = text(ZONE);
			if (line == null) {
				return new Parsed(null, this.arguments.containsKey(CRON)
						? "its argument cron is not a string. Use a line such as \"0 30 2 * * *\"."
						: "it has a zone or a validity but no cron. Add the argument cron, such as \"0 30 2 * * *\".");
			}
			if (zone == null && this.arguments.containsKey(ZONE)) {
				return new Parsed(null, "its argument zone is not a string. Use a name such as \"Europe/Oslo\".");
			}
			if (TopicPattern.of(this.event).hasWildcards()) {
				return new Parsed(null,
						"an event cannot contain wildcards. Use a binding key without * and #, such as \"report.nightly\".");
			}
			try {
				return new Parsed(Schedule.parse(Origin.REGISTERED, this.event, line, zone, validity(), defaults),
						null);
			}
			catch (ScheduleFormatException ex) {
				return new Parsed(null, String.valueOf(ex.getMessage()));
			}
		}

		private @Nullable String text(String name) {
			return (this.arguments.get(name) instanceof CharSequence text) ? text.toString() : null;
		}

		/** As in a queue's own x-message-ttl, a number is milliseconds. */
		private @Nullable String validity() {
			return Objects.toString(this.arguments.get(VALIDITY), null);
		}

	}

}
