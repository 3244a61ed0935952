package dev.ticktock.discovery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.ticktock.discovery.Asker.Destination;
import dev.ticktock.discovery.Wish.Parsed;
import dev.ticktock.schedule.Schedule;
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
 * they agree. A restarted replica learns from the journal which one held.
 *
 * <p>
 * Within the quotas, what held is looked at before what is new, and the queues take
 * turns, so that none that asks for too much takes the room of the others. What could not
 * be looked at goes on if it held. Not safe for use by several threads.
 */
final class Registrar {

	/** How many bindings are parsed beyond those that find room. */
	private static final int EXTRA = 10_000;

	private final ScheduleRegistry registry;

	private final Schedule.Defaults defaults;

	private final Quotas quotas;

	private final Function<String, @Nullable String> coveredAs;

	private SortedMap<String, Schedule> held = new TreeMap<>();

	/** What has been parsed before, so that an unchanged binding costs nothing. */
	private Map<Wish, Parsed> parsed = new HashMap<>();

	/**
	 * Creates a registrar.
	 * @param coveredAs tells the definition under which the leaders last covered an
	 * event; {@code null} if they did not
	 */
	Registrar(ScheduleRegistry registry, Schedule.Defaults defaults, Quotas quotas,
			Function<String, @Nullable String> coveredAs) {
		this.registry = registry;
		this.defaults = defaults;
		this.quotas = quotas;
		this.coveredAs = coveredAs;
	}

	/**
	 * Takes a listing in, in the place of the one before.
	 */
	Registrations read(Listing listing) {
		Reading reading = new Reading();
		Collection<Asker> askers = askers(listing.bindings());
		reading.inTurn(askers, Asker::known);
		reading.inTurn(askers, Asker::fresh);
		this.parsed = reading.parsedNow;
		SortedMap<String, Schedule> agreed = new TreeMap<>();
		reading.candidates.forEach((event, all) -> {
			Schedule schedule = agree(event, all, reading);
			if (schedule != null) {
				agreed.put(event, schedule);
			}
		});
		this.held.forEach((event, schedule) -> {
			boolean unseen = !listing.everyRequest() && !reading.asked.contains(event);
			if (unseen || reading.unexamined.contains(event)) {
				agreed.putIfAbsent(event, schedule);
			}
		});
		this.held = bounded(agreed, reading);
		return new Registrations(List.copyOf(this.held.values()), reading.problems.kept(), reading.problems.count());
	}

	/** Who asks for schedules: first comes what is known already, then by event. */
	private Collection<Asker> askers(List<Binding> bindings) {
		Map<Destination, List<Binding>> asking = new TreeMap<>();
		for (Binding binding : bindings) {
			if (binding.request() != null) {
				asking.computeIfAbsent(Destination.of(binding), (same) -> new ArrayList<>()).add(binding);
			}
		}
		Map<String, Boolean> known = new HashMap<>();
		List<Asker> askers = new ArrayList<>();
		asking.values().forEach((all) -> {
			all.sort(Comparator.comparing(Binding::key));
			Asker asker = new Asker();
			all.forEach((each) -> asker.add(each, known.computeIfAbsent(each.key(), this::isKnown)));
			askers.add(asker);
		});
		return askers;
	}

	private boolean isKnown(String event) {
		return this.held.containsKey(event) || this.coveredAs.apply(event) != null;
	}

	private Parsed parse(Wish wish) {
		Parsed before = this.parsed.get(wish);
		return (before != null) ? before : wish.parse(this.defaults, this.quotas);
	}

	private static boolean agree(Schedule one, Schedule other) {
		return one.timing().equals(other.timing()) && one.validity().equals(other.validity());
	}

	private @Nullable Schedule agree(String event, List<Candidate> candidates, Reading reading) {
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
			.forEach((each) -> reading.problem(each.binding(),
					() -> "it asks for %s and another binding asks for a different schedule, so %s. Unbind the one that you do not want, with its arguments."
						.formatted(printable(each.schedule()), verdict)));
		return kept;
	}

	private static String printable(Schedule schedule) {
		return "\"%s\" (%s, valid for %s)".formatted(ScheduleFormatException.abbreviated(schedule.line()),
				ScheduleFormatException.abbreviated(schedule.definition()), schedule.validity().describe());
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

	/** What held and was not looked at may leave too little room for what is new. */
	private SortedMap<String, Schedule> bounded(SortedMap<String, Schedule> agreed, Reading reading) {
		if (agreed.size() <= this.quotas.schedules()) {
			return agreed;
		}
		SortedMap<String, Schedule> bounded = new TreeMap<>();
		agreed.values()
			.stream()
			.sorted(Comparator.comparing((schedule) -> !this.held.containsKey(schedule.event())))
			.forEach((schedule) -> {
				if (bounded.size() < this.quotas.schedules()) {
					bounded.put(schedule.event(), schedule);
				}
				else {
					reading.candidates.getOrDefault(schedule.event(), List.of())
						.forEach((each) -> reading.noRoom(each.binding()));
				}
			});
		return bounded;
	}

	/**
	 * What comes of one listing.
	 */
	private final class Reading {

		private final Sampler<Problem> problems = new Sampler<>();

		private final Map<Wish, Parsed> parsedNow = new HashMap<>();

		private final SortedMap<String, List<Candidate>> candidates = new TreeMap<>();

		/** The events that any binding asks for. */
		private final Set<String> asked = new HashSet<>();

		/** The events of which not every binding has been looked at. */
		private final Set<String> unexamined = new HashSet<>();

		private long looks = EXTRA + 2L * Registrar.this.quotas.schedules();

		void inTurn(Collection<Asker> askers, Function<Asker, Queue<Binding>> bindings) {
			Queue<Asker> turns = new ArrayDeque<>(askers);
			for (Asker asker = turns.poll(); asker != null; asker = turns.poll()) {
				Binding binding = bindings.apply(asker).poll();
				if (binding != null) {
					this.asked.add(binding.key());
					look(asker, binding);
					turns.add(asker);
				}
			}
		}

		private void look(Asker asker, Binding binding) {
			String event = binding.key();
			if (Registrar.this.registry.isSwitchedOff(event)) {
				problem(binding, () -> "TickTock's configuration has disabled this event.");
			}
			else if (hasRoom(asker, binding)) {
				Parsed result = parsed(asker, binding);
				Schedule schedule = result.schedule();
				if (schedule == null) {
					problem(binding, () -> String.valueOf(result.problem()));
				}
				else if (isFree(binding, schedule)) {
					asker.events().add(event);
					this.candidates.computeIfAbsent(event, (key) -> new ArrayList<>())
						.add(new Candidate(binding, schedule));
				}
			}
		}

		private boolean hasRoom(Asker asker, Binding binding) {
			int ofQueue = Registrar.this.quotas.schedulesPerQueue();
			boolean within = asker.events().contains(binding.key()) || asker.events().size() < ofQueue;
			if (!within) {
				problem(binding,
						() -> "it asks for more than %d schedules, the most that ticktock.discovery.max-schedules-per-queue allows to one queue."
							.formatted(ofQueue));
				return false;
			}
			if (!this.candidates.containsKey(binding.key())
					&& this.candidates.size() >= Registrar.this.quotas.schedules()) {
				noRoom(binding);
				return false;
			}
			if (this.looks <= 0 || asker.looks() >= 2L * ofQueue) {
				this.unexamined.add(binding.key());
				problem(binding,
						() -> "it has not been looked at, because there are too many bindings that register nothing, or the same event again and again. Unbind those.");
				return false;
			}
			return true;
		}

		void noRoom(Binding binding) {
			problem(binding,
					() -> "workers have registered more than %d schedules, the limit that ticktock.discovery.max-schedules sets."
						.formatted(Registrar.this.quotas.schedules()));
		}

		private Parsed parsed(Asker asker, Binding binding) {
			asker.look();
			this.looks--;
			return this.parsedNow.computeIfAbsent(Wish.of(binding), Registrar.this::parse);
		}

		private boolean isFree(Binding binding, Schedule schedule) {
			Schedule configured = Registrar.this.registry.configured().byEvent().get(binding.key());
			if (configured != null && !agree(configured, schedule)) {
				problem(binding,
						() -> "TickTock's own configuration defines this event as \"%s\" and takes precedence. Choose another event."
							.formatted(ScheduleFormatException.abbreviated(configured.line())));
			}
			return configured == null;
		}

		/** Of most problems only their number is wanted. */
		void problem(Binding binding, Supplier<String> reason) {
			if (this.problems.keepsNext(binding.destination())) {
				this.problems.keep(new Problem(binding.key(), binding.destination(), reason.get()));
			}
		}

	}

	private record Candidate(Binding binding, Schedule schedule) {

	}

}
