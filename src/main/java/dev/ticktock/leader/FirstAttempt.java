package dev.ticktock.leader;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came of the first attempt to take part. A refusal that waiting cannot mend ends
 * the start of the application.
 */
final class FirstAttempt {

	private static final Logger logger = LoggerFactory.getLogger(FirstAttempt.class);

	/** How long the start waits for it. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final CountDownLatch over = new CountDownLatch(1);

	private volatile @Nullable BrokerRefusedException refusal;

	/** Says that the broker has let this replica in, or that it was not reached. */
	void over() {
		this.over.countDown();
	}

	/**
	 * Says that the broker has refused.
	 * @return whether that ends the start
	 */
	boolean refused(BrokerRefusedException refusal) {
		boolean ends = this.over.getCount() > 0 && !refusal.mendable();
		if (ends) {
			this.refusal = refusal;
		}
		over();
		return ends;
	}

	/**
	 * Waits for a moment; called by the thread that starts the application.
	 * @param target where the broker is looked for
	 * @return the setting that the broker refused, which ends the start; {@code null} if
	 * there is none
	 */
	@Nullable InvalidSettingException await(String target) {
		try {
			if (!this.over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				over();
				logger.warn("Waiting for the broker at {}", target);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		BrokerRefusedException refused = this.refusal;
		return (refused != null) ? refused.setting() : null;
	}

}
