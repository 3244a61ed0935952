package dev.ticktock.discovery;

import java.time.Duration;
import java.util.function.Predicate;

import dev.ticktock.publish.Listeners;
import dev.ticktock.time.Uptime;

/**
 * Tells which queues receive the ticks of an event, by the last listing that could be
 * read. Written by one thread, read by any.
 */
final class Directory implements Listeners {

	/**
	 * For how long a listing counts if no other can be read. A node that dies takes the
	 * API away for a moment.
	 */
	static final Duration FRESH = Duration.ofMinutes(2);

	private final Predicate<String> own;

	private final Uptime uptime;

	private volatile Edition edition = new Edition(Destinations.UNKNOWN, Duration.ZERO);

	/**
	 * Creates a directory that knows nobody.
	 * @param own says which queues are TickTock's own, which do not count
	 */
	Directory(Predicate<String> own, Uptime uptime) {
		this.own = own;
		this.uptime = uptime;
	}

	/**
	 * Takes a listing in, in the place of the one before.
	 * @param askedAt the uptime at which it was requested
	 * @return what it says
	 */
	Destinations take(Listing listing, Duration askedAt) {
		Destinations taken = Destinations.of(listing, this.own, this.edition.destinations());
		this.edition = new Edition(taken, askedAt);
		return taken;
	}

	@Override
	public Recipients of(String event) {
		Edition current = this.edition;
		return this.uptime.isOver(FRESH, current.askedAt()) ? Recipients.UNKNOWN
				: current.destinations().recipients(event);
	}

	/**
	 * What one listing says.
	 *
	 * @param askedAt the uptime at which it was requested
	 */
	private record Edition(Destinations destinations, Duration askedAt) {

	}

}
