package dev.ticktock.spring;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.listener.ContainerUtils;
import org.springframework.amqp.listener.FatalListenerStartupException;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.RabbitUtils;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Consumes the queue of a job. It declares the queue and its binding itself, each time
 * that it connects: the queue must not be consumed before it is bound, and an exchange
 * that does not exist yet must not keep the rest of the application from the broker.
 */
class JobContainer extends SimpleMessageListenerContainer {

	private final Job job;

	/**
	 * Whether the start is over, which a failure can end. Later the container tries
	 * again: an application that runs on without its job would go unnoticed.
	 */
	private volatile boolean started;

	private final @Nullable Outcomes outcomes;

	JobContainer(Job job, boolean outcomes) {
		this.job = job;
		this.outcomes = outcomes ? new Outcomes(job.binding().getExchange() + ".outcome", this::getConnectionFactory)
				: null;
	}

	Job job() {
		return this.job;
	}

	@Override
	protected void doStart() {
		this.started = false;
		super.doStart();
		this.started = true;
	}

	/**
	 * Declares what the job needs.
	 * @throws AmqpException if the broker cannot be reached or refuses; the container
	 * tries again
	 * @throws FatalListenerStartupException if the queue exists with other arguments at
	 * the start; the container ends
	 */
	@Override
	protected void redeclareElementsIfNecessary() {
		Connection connection = getConnectionFactory().createConnection();
		Channel channel = connection.createChannel(false);
		try {
			declare(channel);
			if (this.outcomes != null) {
				this.outcomes.connect();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			throw refused(ex);
		}
		finally {
			RabbitUtils.closeChannel(channel);
			RabbitUtils.closeConnection(connection);
		}
	}

	private void declare(Channel channel) throws IOException {
		Queue queue = this.job.queue();
		channel.queueDeclare(queue.getName(), queue.isDurable(), queue.isExclusive(), queue.isAutoDelete(),
				queue.getArguments());
		Binding binding = this.job.binding();
		channel.queueBind(queue.getName(), binding.getExchange(), binding.getRoutingKey(), binding.getArguments());
		// Afterwards, so that no tick is lost between the two.
		for (Binding former : this.job.former()) {
			channel.queueUnbind(queue.getName(), former.getExchange(), former.getRoutingKey(), former.getArguments());
		}
	}

	private RuntimeException refused(Exception ex) {
		String reply = reply(ex);
		if (RabbitUtils.isMismatchedQueueArgs(ex)) {
			String message = "The queue of the job " + this.job.id() + " exists with other arguments: " + reply
					+ ". Delete it, or give the job another name.";
			return this.started ? new AmqpConnectException(message, ex)
					: new FatalListenerStartupException(message, ex);
		}
		return new AmqpConnectException("The job " + this.job.id() + " waits for its queue and binding: " + reply
				+ ". It tries again until TickTock has created its exchange and the account has the permissions", ex);
	}

	private static String reply(Exception ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof ShutdownSignalException signal
					&& signal.getReason() instanceof AMQP.Channel.Close close) {
				return close.getReplyText();
			}
		}
		return String.valueOf(ex.getMessage());
	}

	/**
	 * Publishes how the job has ended. A tick that is put back has not ended.
	 */
	@Override
	protected void executeListener(Channel channel, Object data) {
		Instant startedAt = Instant.now();
		long began = System.nanoTime();
		try {
			super.executeListener(channel, data);
		}
		catch (RuntimeException ex) {
			if (ex instanceof AmqpRejectAndDontRequeueException) {
				publish(data, startedAt, began, cause(ex));
			}
			else if (ContainerUtils.isImmediateAcknowledge(ex)) {
				publish(data, startedAt, began, null);
			}
			throw ex;
		}
		publish(data, startedAt, began, null);
	}

	private void publish(Object data, Instant startedAt, long began, @Nullable Throwable failure) {
		if (this.outcomes != null && data instanceof Message message) {
			this.outcomes.publish(message.getMessageProperties(), startedAt,
					Duration.ofNanos(System.nanoTime() - began), failure);
		}
	}

	/**
	 * Reports a failed job, also while the application stops.
	 * @throws AmqpRejectAndDontRequeueException if the tick is to be rejected
	 */
	@Override
	protected void handleListenerException(Throwable ex) {
		String id = messageId(ex);
		if (ContainerUtils.isImmediateAcknowledge(ex)) {
			this.logger.info("Job " + this.job.id() + " has given up " + id + "; the tick counts as done");
		}
		else if (ContainerUtils.shouldRequeue(isDefaultRequeueRejected(), ex, this.logger)) {
			this.logger.info("Job " + this.job.id() + " has put " + id + " back into its queue");
		}
		else {
			Throwable cause = cause(ex);
			this.logger.error("Job " + this.job.id() + " has failed for " + id + "; the tick is rejected", cause);
			publish(new TickTockJobFailed(this.job.id(), id, cause));
			// As the failure itself, a message that cannot be converted would end the
			// container.
			throw new AmqpRejectAndDontRequeueException("The job has failed", ex);
		}
	}

	private void publish(TickTockJobFailed event) {
		ApplicationEventPublisher publisher = getApplicationEventPublisher();
		try {
			if (publisher != null) {
				publisher.publishEvent(event);
			}
		}
		catch (RuntimeException ex) {
			this.logger.error("A listener of failed jobs has failed", ex);
		}
	}

	private static @Nullable String messageId(Throwable ex) {
		Message message = (ex instanceof ListenerExecutionFailedException failed) ? failed.getFailedMessage() : null;
		return (message != null) ? message.getMessageProperties().getMessageId() : null;
	}

	private static Throwable cause(Throwable ex) {
		Throwable cause = ex;
		while (cause.getCause() != null && (cause instanceof ListenerExecutionFailedException
				|| cause instanceof JobMethod.JobError || cause instanceof AmqpRejectAndDontRequeueException)) {
			cause = cause.getCause();
		}
		return cause;
	}

}
