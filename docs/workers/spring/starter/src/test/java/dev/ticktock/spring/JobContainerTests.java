package dev.ticktock.spring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.ImmediateAcknowledgeAmqpException;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Binding.DestinationType;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.listener.FatalListenerStartupException;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests of {@link JobContainer}.
 */
class JobContainerTests {

	private static final Map<String, Object> ARGUMENTS = Map.of("x-dead-letter-exchange", "cron.schedule.missed");

	private static final Map<String, Object> SCHEDULE = Map.of("cron", "30 3 * * *");

	private static final Map<String, Object> FORMER = Map.of("cron", "30 2 * * *");

	private final Channel channel = mock();

	private final List<Object> events = new ArrayList<>();

	private final JobContainer container = new JobContainer(new Job("app.job",
			new Queue("app.job", true, false, false, ARGUMENTS), binding(SCHEDULE), List.of(binding(FORMER)), 1), true);

	private static Binding binding(Map<String, Object> arguments) {
		return new Binding("app.job", DestinationType.QUEUE, "cron.schedule", "nightly", arguments);
	}

	@BeforeEach
	void connect() {
		ConnectionFactory factory = mock();
		Connection connection = mock();
		given(factory.createConnection()).willReturn(connection);
		given(connection.createChannel(false)).willReturn(this.channel);
		this.container.setConnectionFactory(factory);
		this.container.setDefaultRequeueRejected(false);
		this.container.setApplicationEventPublisher(this.events::add);
	}

	@Test
	void bindsBeforeItUnbinds() throws Exception {
		this.container.redeclareElementsIfNecessary();
		InOrder order = inOrder(this.channel);
		order.verify(this.channel).queueDeclare("app.job", true, false, false, ARGUMENTS);
		order.verify(this.channel).queueBind("app.job", "cron.schedule", "nightly", SCHEDULE);
		order.verify(this.channel).queueUnbind("app.job", "cron.schedule", "nightly", FORMER);
		order.verify(this.channel).close();
		verify(this.channel, never()).exchangeDeclare(any(), any(String.class));
	}

	@Test
	void waitsForAnExchangeThatDoesNotExist() throws Exception {
		given(this.channel.queueBind(any(), any(), any(), any()))
			.willThrow(closed(404, "NOT_FOUND - no exchange 'cron.schedule' in vhost '/'", 50, 20));
		assertThatExceptionOfType(AmqpConnectException.class).isThrownBy(this.container::redeclareElementsIfNecessary)
			.withMessageStartingWith("The job app.job waits for its queue and binding: NOT_FOUND - no exchange "
					+ "'cron.schedule' in vhost '/'. It tries again");
		verify(this.channel).close();
	}

	@Test
	void endsIfTheQueueHasOtherArguments() throws Exception {
		given(this.channel.queueDeclare(any(), any(Boolean.class), any(Boolean.class), any(Boolean.class), any()))
			.willThrow(closed(406, "PRECONDITION_FAILED - inequivalent arg 'x-max-length'", 50, 10));
		assertThatExceptionOfType(FatalListenerStartupException.class)
			.isThrownBy(this.container::redeclareElementsIfNecessary)
			.withMessage("The queue of the job app.job exists with other arguments: PRECONDITION_FAILED - inequivalent "
					+ "arg 'x-max-length'. Delete it, or give the job another name.");
	}

	@Test
	void publishesAFailureWithWhatTheJobThrew() {
		IllegalStateException cause = new IllegalStateException("no paper");
		assertRejects(cause);
		assertRejects(new AmqpRejectAndDontRequeueException("retries end", cause));
		assertThat(this.events).hasSize(2)
			.allMatch(new TickTockJobFailed("app.job", "nightly@2026-03-01T02:30:00Z", cause)::equals);
	}

	@Test
	void publishesTheErrorThatEndedAJob() {
		AssertionError error = new AssertionError("never");
		assertRejects(new JobMethod.JobError(error));
		assertThat(this.events)
			.containsExactly(new TickTockJobFailed("app.job", "nightly@2026-03-01T02:30:00Z", error));
	}

	@Test
	void publishesNothingIfTheJobAcknowledgesOrPutsBack() {
		this.container.handleListenerException(failed(new ImmediateAcknowledgeAmqpException("enough")));
		this.container.handleListenerException(failed(new ImmediateRequeueAmqpException("later")));
		assertThat(this.events).isEmpty();
	}

	@Test
	void rejectsAlsoIfAListenerOfFailuresFails() {
		this.container.setApplicationEventPublisher((event) -> {
			throw new IllegalStateException("no mail");
		});
		assertRejects(new IllegalStateException("no paper"));
	}

	/** The container ends at the failure itself if it is that of a conversion. */
	private void assertRejects(Throwable cause) {
		assertThatExceptionOfType(AmqpRejectAndDontRequeueException.class)
			.isThrownBy(() -> this.container.handleListenerException(failed(cause)));
	}

	private static ListenerExecutionFailedException failed(Throwable cause) {
		MessageProperties properties = new MessageProperties();
		properties.setMessageId("nightly@2026-03-01T02:30:00Z");
		return new ListenerExecutionFailedException("failed", cause, new Message(new byte[0], properties));
	}

	private static IOException closed(int code, String text, int classId, int methodId) {
		AMQP.Channel.Close reason = new AMQP.Channel.Close.Builder().replyCode(code)
			.replyText(text)
			.classId(classId)
			.methodId(methodId)
			.build();
		return new IOException(new ShutdownSignalException(false, false, reason, null));
	}

}
