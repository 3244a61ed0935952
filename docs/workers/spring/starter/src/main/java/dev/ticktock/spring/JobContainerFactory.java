package dev.ticktock.spring;

import java.time.Duration;

import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

/**
 * Makes the container of one job: one tick at a time, acknowledged after the job,
 * rejected if it fails.
 */
class JobContainerFactory extends SimpleRabbitListenerContainerFactory {

	/**
	 * How soon an idle container notices that it is to stop.
	 */
	private static final Duration RECEIVE_TIMEOUT = Duration.ofMillis(200);

	private final Job job;

	private final Duration shutdownTimeout;

	private final boolean outcomes;

	JobContainerFactory(Job job, Duration shutdownTimeout, boolean outcomes) {
		this.job = job;
		this.shutdownTimeout = shutdownTimeout;
		this.outcomes = outcomes;
	}

	/**
	 * Sets what the settings of other listeners must not change.
	 * @param retryInterval the time between two attempts to declare and consume
	 */
	void applyPromises(Duration retryInterval) {
		setAcknowledgeMode(AcknowledgeMode.AUTO);
		setPrefetchCount(1);
		setDefaultRequeueRejected(false);
		setMissingQueuesFatal(false);
		setRecoveryInterval(retryInterval.toMillis());
		setReceiveTimeout(RECEIVE_TIMEOUT.toMillis());
		setBatchListener(false);
		setConsumerBatchEnabled(false);
		setBatchSize(1);
		setForceStop(false);
	}

	@Override
	protected SimpleMessageListenerContainer createContainerInstance() {
		JobContainer container = new JobContainer(this.job, this.outcomes);
		container.setShutdownTimeout(this.shutdownTimeout.toMillis());
		return container;
	}

}
