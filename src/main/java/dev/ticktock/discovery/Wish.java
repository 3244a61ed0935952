package dev.ticktock.discovery;

import dev.ticktock.discovery.Argument.Kind;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import org.jspecify.annotations.Nullable;

/**
 * What one binding asks for.
 */
record Wish(String event, Request request) {

	/** Returns the wish of a binding that has one. */
	static Wish of(Binding binding) {
		Request request = binding.request();
		if (request == null) {
			throw new IllegalArgumentException("the binding asks for nothing");
		}
		return new Wish(binding.key(), request);
	}

	Parsed parse(Schedule.Defaults defaults, Quotas quotas) {
		String misspelt = this.request.misspelt();
		if (misspelt != null) {
			String meant = Request.meant(misspelt);
			return Parsed.refused(misspelt.equalsIgnoreCase(meant)
					? "it has the argument %s, which does nothing. Name it %s, in lower case.".formatted(misspelt,
							meant)
					: "it has the argument %s, which does nothing. Name it %s.".formatted(misspelt, meant));
		}
		Argument cron = this.request.cron();
		if (cron == null) {
			return Parsed
				.refused("it has a zone or a validity but no cron. Add the argument cron, such as \"0 30 2 * * *\".");
		}
		if (cron.kind() != Kind.TEXT) {
			return Parsed.refused(noText(Request.CRON, cron, "Use a line such as \"0 30 2 * * *\"."));
		}
		Argument zone = this.request.zone();
		if (zone != null && zone.kind() != Kind.TEXT) {
			return Parsed.refused(noText(Request.ZONE, zone, "Use a name such as \"Europe/Oslo\"."));
		}
		Argument validity = this.request.validity();
		if (validity != null && validity.kind() != Kind.TEXT && validity.kind() != Kind.NUMBER) {
			return Parsed
				.refused(noText(Request.VALIDITY, validity, "Use a duration such as \"90s\", \"30m\" or \"12h\"."));
		}
		if (TopicPatterns.hasWildcards(this.event)) {
			return Parsed.refused(
					"an event cannot contain wildcards. Use a binding key without * and #, such as \"report.nightly\".");
		}
		return parse(cron.text(), text(zone), (validity != null) ? duration(validity) : null, defaults, quotas);
	}

	/**
	 * Returns the validity as text. As in a queue's own x-message-ttl, a number is
	 * milliseconds. A number with a fraction of zero is an integer, because some clients
	 * have only floating-point numbers.
	 */
	private static String duration(Argument validity) {
		try {
			double number = (validity.kind() == Kind.NUMBER) ? Double.parseDouble(validity.text()) : Double.NaN;
			return (number == Math.rint(number) && Math.abs(number) < 1e15) ? String.valueOf((long) number)
					: validity.text();
		}
		catch (NumberFormatException ex) {
			return validity.text();
		}
	}

	private Parsed parse(String line, @Nullable String zone, @Nullable String validity, Schedule.Defaults defaults,
			Quotas quotas) {
		try {
			Schedule schedule = Schedule.parse(Origin.REGISTERED, this.event, line, zone, validity, defaults);
			if (schedule.timing().isEverCloserThan(quotas.shortestPeriod())) {
				return Parsed.refused(
						"it would be due more often than every %s, the shortest period that ticktock.discovery.min-period allows."
							.formatted(quotas.shortestPeriod()));
			}
			return new Parsed(schedule, null);
		}
		catch (ScheduleFormatException ex) {
			return Parsed.refused(String.valueOf(ex.getMessage()));
		}
	}

	private static String noText(String name, Argument argument, String remedy) {
		return (argument.kind() == Kind.TOO_LONG)
				? "its argument %s is longer than %d characters. %s".formatted(name, Argument.LONGEST, remedy)
				: "its argument %s is not a string. %s".formatted(name, remedy);
	}

	private static @Nullable String text(@Nullable Argument argument) {
		return (argument != null) ? argument.text() : null;
	}

	/**
	 * What comes of a wish.
	 *
	 * @param schedule the schedule; {@code null} if there is none
	 * @param problem why there is none; {@code null} if there is one
	 */
	record Parsed(@Nullable Schedule schedule, @Nullable String problem) {

		static Parsed refused(String problem) {
			return new Parsed(null, problem);
		}

	}

}
