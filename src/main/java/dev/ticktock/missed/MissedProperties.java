package dev.ticktock.missed;

import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * How ticks that nobody took are found.
 *
 * @param enabled Whether the leader reads what queues have given away.
 * @param queue Name of the dead-letter exchange that it is read from, and of the queue
 * that is bound to it; by default the exchange's name and ".missed".
 * @param maxLength How many messages that queue holds; beyond it the broker drops the
 * oldest.
 * @param maxSize How large their bodies may be together; beyond it the broker drops the
 * oldest.
 */
@ConfigurationProperties("ticktock.missed")
record MissedProperties(@DefaultValue("true") boolean enabled, @Nullable String queue,
		@DefaultValue("100000") int maxLength, @DefaultValue("64MB") DataSize maxSize) {

	/**
	 * Checks every value, so that a wrong one ends the start.
	 * @throws InvalidSettingException if one is wrong
	 */
	MissedProperties {
		if (maxLength < 1) {
			throw new InvalidSettingException("ticktock.missed.max-length", maxLength,
					"a queue holds at least one message",
					"Use a number such as 100000, or set ticktock.missed.enabled=false.", null);
		}
		if (maxSize.toBytes() < 1) {
			throw new InvalidSettingException("ticktock.missed.max-size", maxSize, "a message needs room",
					"Use a size such as 64MB, or set ticktock.missed.enabled=false.", null);
		}
	}

	String queue(String exchange) {
		return StringUtils.hasText(this.queue) ? this.queue : exchange + ".missed";
	}

}
