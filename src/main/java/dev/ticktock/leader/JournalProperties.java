package dev.ticktock.leader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * What is kept of the ticks that were published.
 *
 * @param enabled Whether ticks are recorded in a stream. Without, a new leader does not
 * know what was published and starts at the next slot.
 * @param queue Name of the stream; by default the exchange's name and ".journal".
 * @param maxAge Time after which records may be dropped.
 * @param maxSegmentSize Size of the stream's files; records are dropped a file at a time.
 */
@ConfigurationProperties("ticktock.journal")
record JournalProperties(@DefaultValue("true") boolean enabled, @Nullable String queue,
		@DefaultValue("7d") Duration maxAge, @DefaultValue("32MB") DataSize maxSegmentSize) {

	String queue(String exchange) {
		return StringUtils.hasText(this.queue) ? this.queue : exchange + ".journal";
	}

}
