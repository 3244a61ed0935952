package dev.ticktock.observe;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.LeadershipStatus.Role;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports the connection that ticks are published over. In the place of Boot's indicator,
 * which opens another connection and logs a stack trace each time the broker is away.
 */
class BrokerHealthIndicator extends AbstractHealthIndicator {

	private final Leadership leadership;

	BrokerHealthIndicator(Leadership leadership) {
		this.leadership = leadership;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		LeadershipStatus status = this.leadership.status();
		boolean up = status.role() != Role.DISCONNECTED && status.accepting();
		builder.status(up ? Status.UP : Status.DOWN).withDetail("replica", status.replica());
		if (status.broker() != null) {
			builder.withDetail("broker", status.broker());
		}
		if (!status.accepting()) {
			builder.withDetail("trouble", "the broker has blocked publishing: it is low on memory or disk space");
		}
		else if (status.trouble() != null) {
			builder.withDetail("trouble", status.trouble());
		}
	}

}
