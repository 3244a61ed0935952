package dev.ticktock.ticker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;

/**
 * Fires at the next whole second after now, whenever it fired last. Spring's cron trigger
 * counts from the later of now and the last execution instead, and so stays silent for as
 * long as a clock was set back, even if the clock is put right a second later.
 */
final class EverySecond implements Trigger {

	@Override
	public Instant nextExecution(TriggerContext context) {
		return context.getClock().instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
	}

}
