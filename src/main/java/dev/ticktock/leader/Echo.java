package dev.ticktock.leader;

import java.time.Duration;
import java.util.Objects;

import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the ticks that the broker has confirmed come back from the journal. If its
 * binding, or the exchange, has been deleted, the broker still confirms them, and the
 * next leader would publish them again. So the journal is bound again once a minute in
 * any case, and at once if a tick does not come back; then a checkpoint takes the place
 * of the missing records. Called by one thread, except for {@link #confirmed} and
 * {@link #isSilent}.
 */
final class Echo {

	private static final Logger logger = LoggerFactory.getLogger(Echo.class);

	/** How long a tick may take to come back. */
	static final Duration LATE = Duration.ofSeconds(15);

	/** How long to wait before the journal is bound once more. */
	static final Duration RETRY = Duration.ofSeconds(5);

	static final Duration BIND = Duration.ofMinutes(1);

	private final Journal journal;

	private final String exchange;

	private final Uptime uptime;

	/** The last tick that the broker has confirmed. */
	private volatile @Nullable Cursor confirmed;

	private volatile boolean silent;

	/** The tick that has to come back; {@code null} if none has. */
	private @Nullable Cursor awaited;

	private @Nullable Cursor read;

	private Duration progressed;

	private Duration bound;

	Echo(Journal journal, String exchange, Uptime uptime) {
		this.journal = journal;
		this.exchange = exchange;
		this.uptime = uptime;
		this.progressed = uptime.now();
		this.bound = this.progressed;
	}

	/**
	 * The broker has confirmed a tick. Called on the thread of the connection.
	 */
	void confirmed(Tick tick) {
		Cursor before = this.confirmed;
		Cursor now = new Cursor(tick.slot(), tick.event());
		this.confirmed = (before != null) ? before.max(now) : now;
	}

	/** Whether confirmed ticks do not come back. */
	boolean isSilent() {
		return this.silent;
	}

	/**
	 * Checks which ticks have come back.
	 * @return whether a checkpoint has to take the place of records
	 */
	boolean check() {
		Cursor latest = this.journal.ledger().lastTick();
		Cursor expected = this.awaited;
		boolean back = expected == null || (latest != null && expected.compareTo(latest) <= 0);
		if (back) {
			this.awaited = this.confirmed;
		}
		if (back || !Objects.equals(latest, this.read) || this.journal.state() == JournalState.DETACHED) {
			this.progressed = this.uptime.now();
		}
		this.read = latest;
		boolean ended = this.silent && back;
		if (ended) {
			this.silent = false;
			logger.info("Ticks come back from the journal again");
		}
		return bind(this.uptime.isOver(LATE, this.progressed)) || ended;
	}

	private boolean bind(boolean late) {
		if (late && !this.silent) {
			this.silent = true;
			logger.error(
					"The tick {} has been confirmed but does not come back from the journal \"{}\"; binding the journal to exchange \"{}\" again. If the exchange was deleted, the bindings of workers are gone too: restart the workers",
					this.awaited, this.journal.queue(), this.exchange);
			this.bound = Duration.ZERO;
		}
		if (!this.uptime.isOver(late ? RETRY : BIND, this.bound)) {
			return false;
		}
		this.bound = this.uptime.now();
		this.journal.bindAgain();
		return late;
	}

}
