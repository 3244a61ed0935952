package dev.ticktock.message;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a tick says.
 *
 * @param cloudEvents Whether ticks have the attributes of CloudEvents as headers.
 */
@ConfigurationProperties("ticktock.tick")
public record TickProperties(@DefaultValue("false") boolean cloudEvents) {
}
