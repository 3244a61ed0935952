package dev.ticktock.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests of {@link Outcomes}.
 */
class OutcomesTests {

	private final Channel channel = mock();

	private final Connection connection = mock();

	private final ConnectionFactory publishers = mock();

	private final ConnectionFactory consumers = mock();

	private final Outcomes outcomes = new Outcomes("cron.schedule.outcome", () -> this.consumers, Runnable::run);

	private final MessageProperties tick = new MessageProperties();

	@BeforeEach
	void connect() throws Exception {
		com.rabbitmq.client.Connection delegate = mock();
		given(this.consumers.getPublisherConnectionFactory()).willReturn(this.publishers);
		given(this.publishers.createConnection()).willReturn(this.connection);
		given(this.connection.getDelegate()).willReturn(delegate);
		given(delegate.createChannel()).willReturn(this.channel);
		this.tick.setMessageId("nightly@2026-03-01T02:30:00Z");
		this.tick.setCorrelationId("correlation");
		this.tick.setReceivedRoutingKey("nightly");
	}

	private void publish(@Nullable Throwable failure) {
		this.outcomes.publish(this.tick, Instant.parse("2026-03-01T02:30:01Z"), Duration.ofMillis(1500), failure);
	}

	@Test
	void aTickIsDoneOrHasFailed() throws Exception {
		this.outcomes.connect();
		publish(null);
		publish(new IllegalStateException("no \"paper\""));
		publish(new IllegalStateException("x".repeat(5000)));
		publish(new IllegalStateException());
		ArgumentCaptor<byte[]> bodies = ArgumentCaptor.captor();
		ArgumentCaptor<AMQP.BasicProperties> properties = ArgumentCaptor.captor();
		verify(this.channel, times(4)).basicPublish(eq("cron.schedule.outcome"), eq("nightly"), properties.capture(),
				bodies.capture());
		String end = "\"startedAt\":\"2026-03-01T02:30:01Z\",\"seconds\":1.5}";
		assertThat(bodies.getAllValues()).extracting((body) -> new String(body, StandardCharsets.UTF_8))
			.containsExactly("{\"status\":\"done\"," + end,
					"{\"status\":\"failed\",\"message\":\"no \\\"paper\\\"\"," + end,
					"{\"status\":\"failed\",\"message\":\"" + "x".repeat(500) + "\"," + end,
					"{\"status\":\"failed\",\"message\":\"java.lang.IllegalStateException\"," + end);
		assertThat(properties.getAllValues()).allSatisfy((each) -> {
			assertThat(each.getMessageId()).isEqualTo("nightly@2026-03-01T02:30:00Z");
			assertThat(each.getCorrelationId()).isEqualTo("correlation");
		});
	}

	@Test
	void nothingIsPublishedIfThereIsNoExchangeForIt() throws Exception {
		given(this.channel.exchangeDeclarePassive("cron.schedule.outcome")).willThrow(new IOException("NOT_FOUND"));
		this.outcomes.connect();
		publish(null);
		verify(this.channel, never()).basicPublish(any(), any(), any(), any());
	}

	@Test
	void aClosedChannelIsOpenedAtTheNextConnectionOnly() throws Exception {
		this.outcomes.connect();
		willThrow(new AlreadyClosedException(new ShutdownSignalException(false, false, null, null))).given(this.channel)
			.basicPublish(any(), any(), any(), any());
		publish(null);
		publish(null);
		verify(this.channel).basicPublish(any(), any(), any(), any());
		this.outcomes.connect();
		publish(null);
		verify(this.channel, times(2)).basicPublish(any(), any(), any(), any());
	}

	@Test
	void aLostConnectionIsOpenedAgainAtTheNextOutcome() throws Exception {
		this.outcomes.connect();
		given(this.channel.getCloseReason()).willReturn(new ShutdownSignalException(true, false, null, null));
		publish(null);
		verify(this.publishers, times(2)).createConnection();
		verify(this.channel).basicPublish(any(), any(), any(), any());
	}

	@Test
	void theConnectionOfTheContainerIsTakenIfThereIsNoneForPublishers() throws Exception {
		given(this.consumers.getPublisherConnectionFactory()).willReturn(null);
		given(this.consumers.createConnection()).willReturn(this.connection);
		this.outcomes.connect();
		publish(null);
		verify(this.channel).basicPublish(any(), any(), any(), any());
	}

	@Test
	void aJobDoesNotWaitForItsOutcome() throws Exception {
		CountDownLatch alarmEnds = new CountDownLatch(1);
		given(this.publishers.createConnection()).willAnswer((call) -> {
			alarmEnds.await();
			return this.connection;
		});
		Outcomes blocked = new Outcomes("cron.schedule.outcome", () -> this.consumers);
		blocked.connect();
		blocked.publish(this.tick, Instant.now(), Duration.ZERO, null);
		verify(this.channel, never()).basicPublish(any(), any(), any(), any());
		alarmEnds.countDown();
		verify(this.channel, timeout(10_000)).basicPublish(any(), any(), any(), any());
	}

}
