package dev.ticktock.page;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether there is a page.
 *
 * @param enabled Whether the page at "/" is served.
 */
@ConfigurationProperties("ticktock.page")
record PageProperties(@DefaultValue("true") boolean enabled) {

}
