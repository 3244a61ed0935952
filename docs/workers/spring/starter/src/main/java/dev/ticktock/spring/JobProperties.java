package dev.ticktock.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of all jobs.
 *
 * @param enabled Whether methods with @TickTockJob run.
 * @param exchange Exchange to which TickTock publishes, its ticktock.scheduler.exchange.
 * @param missedExchange Exchange that gets the ticks that expire or whose job has failed.
 * Default: the name of the exchange with ".missed". Empty: none.
 * @param retryInterval Time between two attempts to reach the broker, or to bind to an
 * exchange that does not exist yet.
 * @param outcomes Whether TickTock is told how jobs end, if it has the exchange for that.
 */
@ConfigurationProperties("ticktock.jobs")
record JobProperties(@DefaultValue("true") boolean enabled, @DefaultValue("cron.schedule") String exchange,
		@Nullable String missedExchange, @DefaultValue("2s") Duration retryInterval,
		@DefaultValue("true") boolean outcomes) {

	String missedExchangeOrDefault() {
		return (this.missedExchange != null) ? this.missedExchange : this.exchange + ".missed";
	}

}
