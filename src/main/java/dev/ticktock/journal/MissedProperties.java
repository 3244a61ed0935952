package dev.ticktock.journal;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How ticks are found that queues have dead-lettered.
 *
 * @param enabled Whether the journal records ticks that queues dead-letter to the
 * exchange's name and ".missed".
 */
@ConfigurationProperties("ticktock.missed")
public record MissedProperties(@DefaultValue("true") boolean enabled) {

}
