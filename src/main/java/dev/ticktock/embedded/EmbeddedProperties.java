package dev.ticktock.embedded;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the embedded broker.
 *
 * @param bindAddress Address that the embedded broker listens on. Anything but loopback
 * opens it to every host that reaches this machine.
 */
@ConfigurationProperties("ticktock.embedded")
record EmbeddedProperties(@DefaultValue("127.0.0.1") String bindAddress) {

}
