package dev.ticktock.journal;

import java.time.Duration;

import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the stream that records ticks.
 *
 * @param enabled Whether ticks are recorded in a stream. Without, a new leader does not
 * know what was published and starts at the next slot.
 * @param queue Name of the stream; by default the exchange's name and ".journal".
 * @param maxAge Time after which records may be dropped.
 * @param maxSize Size of the stream above which its oldest file is dropped, even a recent
 * one.
 * @param maxSegmentSize Size of the stream's files; records are dropped a file at a time.
 */
@ConfigurationProperties("ticktock.journal")
public record JournalProperties(@DefaultValue("true") boolean enabled, @Nullable String queue,
		@DefaultValue("7d") Duration maxAge, @DefaultValue("1GB") DataSize maxSize,
		@DefaultValue("32MB") DataSize maxSegmentSize) {

	public JournalProperties {
		InvalidSettingException.unless(maxAge.compareTo(Duration.ofHours(1)) >= 0, "ticktock.journal.max-age", maxAge,
				"a new leader may need the records of the last hour", "Use at least 1h, such as 7d.");
		InvalidSettingException.unless(maxSize.toBytes() >= 2 * maxSegmentSize.toBytes(), "ticktock.journal.max-size",
				maxSize, "it is less than two files of the stream, of ticktock.journal.max-segment-size each",
				"Use a size such as 1GB.");
		InvalidSettingException.unless(
				maxSegmentSize.toMegabytes() >= 1 && maxSegmentSize.compareTo(DataSize.ofGigabytes(1)) <= 0,
				"ticktock.journal.max-segment-size", maxSegmentSize, "it is not between 1 MB and 1 GB",
				"Use a size such as 32MB.");
	}

	public String queue(String exchange) {
		return StringUtils.hasText(this.queue) ? this.queue : exchange + ".journal";
	}

}
