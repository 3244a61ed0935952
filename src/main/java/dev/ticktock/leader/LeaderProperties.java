package dev.ticktock.leader;

import java.time.Duration;
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
 */
@ConfigurationProperties("ticktock.leader")
record LeaderProperties(@Nullable String queue, @DefaultValue("quorum") QueueType queueType,
		@DefaultValue("15s") Duration limit) {

	private static final Duration SHORTEST = Duration.ofSeconds(2);

	private static final Duration LONGEST = Duration.ofMinutes(10);

	/**
	 * Checks the limit, so that a wrong one ends the start.
	 * @throws InvalidSettingException if it is wrong
	 */
	LeaderProperties {
		if (limit.compareTo(SHORTEST) < 0 || limit.compareTo(LONGEST) > 0) {
			throw new InvalidSettingException("ticktock.leader.limit", limit, "it is not between 2 s and 10 minutes",
					"Use a duration such as 15s.", null);
		}
	}

	String queue(String exchange) {
		return StringUtils.hasText(this.queue) ? this.queue : exchange + ".leader";
	}

	/**
	 * A queue type of the broker.
	 */
	enum QueueType {

		/** Replicated by consensus; also right on a single node. */
		QUORUM,

		/** Not replicated; for brokers without quorum queues. */
		CLASSIC;

		String argument() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
