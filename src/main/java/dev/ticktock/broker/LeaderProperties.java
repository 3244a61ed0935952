package dev.ticktock.broker;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * How the leader is elected.
 *
 * @param queue Name of the queue that holds the baton; by default the exchange's name and
 * ".leader".
 * @param queueType Type of the queue that holds the baton.
 * @param limit Time after which a leader that hears nothing from the broker, neither the
 * confirm of a tick nor its renewed baton, gives up the lead.
 * @param clockTolerance How far ahead of the clock a record of the journal may be to
 * count.
 * @param trustedUsers Accounts of the broker whose records of the journal count, besides
 * the one of spring.rabbitmq: those of replicas that log in by another name.
 */
@ConfigurationProperties("ticktock.leader")
public record LeaderProperties(@Nullable String queue, @DefaultValue("quorum") QueueType queueType,
		@DefaultValue("15s") Duration limit, @DefaultValue("5m") Duration clockTolerance,
		@DefaultValue List<String> trustedUsers) {

	public LeaderProperties {
		InvalidSettingException.unless(isWithin(limit, Duration.ofSeconds(2), Duration.ofMinutes(10)),
				"ticktock.leader.limit", limit, "it is not between 2 s and 10 minutes", "Use a duration such as 15s.");
		InvalidSettingException.unless(isWithin(clockTolerance, Duration.ofSeconds(5), Duration.ofDays(1)),
				"ticktock.leader.clock-tolerance", clockTolerance, "it is not within 5 s and one day",
				"Use a duration such as 5m.");
		trustedUsers = List.copyOf(trustedUsers);
	}

	private static boolean isWithin(Duration duration, Duration shortest, Duration longest) {
		return duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0;
	}

	public String queue(String exchange) {
		return StringUtils.hasText(this.queue) ? this.queue : exchange + ".leader";
	}

	public enum QueueType {

		/** Replicated by consensus; also right on a single node. */
		QUORUM,

		/** Not replicated; for brokers without quorum queues. */
		CLASSIC;

		/** Returns the value of {@code x-queue-type}. */
		public String argument() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
