package dev.ticktock.observe;

import dev.ticktock.observe.Problem.Kind;
import dev.ticktock.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of each problem. Both are formatted with the same values.
 */
enum Rule {

	DISCONNECTED(Kind.DISCONNECTED, "This replica is not connected to the broker since %s%s",
			"Check that the broker runs and can be reached. TickTock connects again by itself."),

	BLOCKED(Kind.BLOCKED, "The broker has blocked publishing: it is low on memory or disk space",
			"Run rabbitmq-diagnostics alarms on the broker. Ticks wait until it accepts messages again or they expire."),

	OVERDUE(Kind.OVERDUE, "No tick has been published since that of %s, and a slot was due at %s",
			"Look at the logs of all replicas: one of them has to be leader."),

	UNREAD(Kind.JOURNAL, "This replica cannot read the journal, so it cannot become leader",
			"The log has the reason. Check the stream at the broker."),

	UNRECORDED(Kind.UNRECORDED,
			"Ticks are published that do not come back from the journal: another leader would publish them again",
			"TickTock binds the journal to the exchange again. If the exchange was deleted, restart the workers, so that they bind their queues again."),

	SKIPPED(Kind.SKIPPED, "Skipped %s of %s %s, because %s",
			"These jobs have not run. Publish a message with this key by hand to run one now.",
			"Skipped slots of %d more events"),

	MISSED(Kind.MISSED, "Missed %s of %s in queue %s: %s; last at %s", "%6$s",
			"Missed ticks of %d more events and queues"),

	REJECTED(Kind.REFUSED, "A queue rejects the ticks of %s",
			"The queue is full: check its worker. The other queues receive the ticks.",
			"Queues reject the ticks of %d more events"),

	DIFFERENT(Kind.REPLICAS, "Replica %s has other schedules or settings than the leader %s",
			"The leader's schedules apply. In a roll-out, wait for its end. Otherwise, give all replicas the same ticktock.scheduler.*, ticktock.discovery.* and ticktock.leader.queue.",
			"%d more replicas have other schedules or settings than the leader"),

	SAME_NAME(Kind.REPLICAS, "Several replicas have the name %s",
			"Give each replica a ticktock.replica of its own, or none: the default is host and process id.",
			"%d more names are those of several replicas"),

	CLOCK(Kind.CLOCK, "This replica's clock is %s %s the broker's",
			"Find out which one is wrong, and set both by NTP."),

	UNREADABLE(Kind.BINDINGS, "The bindings cannot be read: %s", "%2$s"),

	TOO_MANY(Kind.BINDINGS, "The exchange has more bindings than are read",
			"Remove bindings, or raise ticktock.discovery.max-bindings or ticktock.discovery.max-listing-size."),

	REGISTRATION(Kind.REGISTRATION, "The binding of \"%s\" to \"%s\" registers nothing", "%3$s",
			"%d more bindings register nothing"),

	UNMATCHED(Kind.UNMATCHED, "\"%s\" is bound to \"%s\", which no schedule publishes", "%3$s",
			"%d more bindings have a key that no schedule publishes"),

	NOT_REGISTERING(Kind.NOTE, "Workers have registered no schedules, and the bindings cannot be read: %s",
			"If workers are to register schedules, let TickTock read the bindings. If not, set ticktock.discovery.enabled=false."),

	OLD_ZONES(Kind.NOTE, "The time zone data of this replica, %s, may lack changes of the past year",
			"Run TickTock with a newer Java or image, or renew the data with the tzupdater."),

	OTHER_ZONES(Kind.NOTE, "Replica %s has other time zone data than the leader %s",
			"Run all replicas with the same Java or image: the slots of a zone can differ.",
			"%d more replicas have other time zone data than the leader"),

	QUARTZ(Kind.NOTE, "\"%s\" looks like a line for Quartz: %s", Schedule.NAME_THE_DAYS + ".",
			"%d more lines look like lines for Quartz");

	private final Kind kind;

	private final String what;

	private final String remedy;

	private final String more;

	Rule(Kind kind, String what, String remedy) {
		this(kind, what, remedy, "");
	}

	Rule(Kind kind, String what, String remedy, String more) {
		this.kind = kind;
		this.what = what;
		this.remedy = remedy;
		this.more = more;
	}

	/** Returns a problem of this kind. */
	Problem of(@Nullable String event, @Nullable Object... values) {
		return new Problem(this.kind, event, this.what.formatted(values), this.remedy.formatted(values));
	}

	/** Returns the problem that stands for more of them than are named. */
	Problem more(int count) {
		return new Problem(this.kind, null, this.more.formatted(count), "The log and the journal have more of them.");
	}

}
