package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;

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

	Waiting(Station station) {
		this.station = station;
		this.offered = station.context().uptime().now();
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
	public Phase look() throws IOException {
		if (this.station.context().uptime().isOver(OFFER, this.offered)) {
			this.offered = this.station.context().uptime().now();
			this.station.baton().offer();
		}
		return this;
	}

}
