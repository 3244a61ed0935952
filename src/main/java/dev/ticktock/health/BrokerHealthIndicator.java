package dev.ticktock.health;

import java.time.Duration;
import java.util.function.Supplier;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports the connection that ticks are published over. In the place of Boot's indicator,
 * which opens another connection and logs a stack trace each time the broker is away.
 */
class BrokerHealthIndicator extends AbstractHealthIndicator {

	private final Leadership leadership;

	private final Supplier<@Nullable Duration> clockOffset;

	/**
	 * Creates the indicator.
	 * @param clockOffset returns how far this machine's clock is ahead of the broker's;
	 * {@code null} while that is unknown
	 */
	BrokerHealthIndicator(Leadership leadership, Supplier<@Nullable Duration> clockOffset) {
		this.leadership = leadership;
		this.clockOffset = clockOffset;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		LeadershipStatus status = this.leadership.status();
		boolean up = status.role() != Role.DISCONNECTED && status.accepting();
		builder.status(up ? Status.UP : Status.DOWN).withDetail("replica", status.replica());
		if (status.broker() != null) {
			builder.withDetail("broker", status.broker());
		}
		Duration offset = this.clockOffset.get();
		builder.withDetail("clockOffset",
				(offset != null) ? offset.toString() : "unknown: only the broker's management API tells its time");
		if (!status.accepting()) {
			builder.withDetail("trouble", "the broker has blocked publishing: it is low on memory or disk space");
		}
		else if (status.trouble() != null) {
			builder.withDetail("trouble", status.trouble());
		}
	}

}
