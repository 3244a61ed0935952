package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.message.Token;

/**
 * Waits for the baton.
 */
final class Waiting implements Phase {

	/**
	 * How often a candidate puts a token in while it waits. The queue has one unless it
	 * was purged or a token was put back too often; then this is what mends it.
	 */
	static final Duration OFFER = Duration.ofMinutes(1);

	private final Station station;

	private Duration offered;

	/** When the journal was last known to be read. */
	private Duration reading;

	Waiting(Station station) {
		this.station = station;
		this.offered = station.context().uptime().now();
		this.reading = this.offered;
	}

	@Override
	public Role role() {
		return Role.STANDBY;
	}

	@Override
	public Phase received(long deliveryTag, Token token) throws IOException {
		this.station.baton().take(deliveryTag, token);
		return TakingOver.begin(this.station);
	}

	@Override
	public Phase look() throws IOException, BrokerUnavailableException {
		leaveUnlessReading();
		if (this.station.channel().accepting() && this.station.context().uptime().isOver(OFFER, this.offered)) {
			this.offered = this.station.context().uptime().now();
			this.station.baton().offer();
		}
		return this;
	}

	/**
	 * A replica that cannot read the journal would hold up what another can do at once.
	 */
	private void leaveUnlessReading() throws BrokerUnavailableException {
		Journal journal = this.station.journal();
		Duration limit = this.station.context().properties().limit();
		if (journal == null || journal.state() == JournalState.ATTACHED) {
			this.reading = this.station.context().uptime().now();
		}
		else if (this.station.context().uptime().isOver(limit, this.reading)) {
			throw new BrokerUnavailableException("stopped standing by, the journal was not read within " + limit, null);
		}
	}

}
