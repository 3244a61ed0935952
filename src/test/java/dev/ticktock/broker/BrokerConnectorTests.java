package dev.ticktock.broker;

import java.util.List;
import java.util.Objects;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.time.Uptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BrokerConnector}: which ends of a channel are refusals.
 */
class BrokerConnectorTests {

	/** The words of RabbitMQ; an integration test compares them with its own. */
	private static final String ANOTHER_NAME = "PRECONDITION_FAILED - user_id property set to 'guest' but authenticated user was '%s'";

	private final BrokerConnector connector = new BrokerConnector(new ConnectionFactory(),
			List.of(new Address("rabbit", 5672)), false, "me", Uptime.ofProcess());

	private static ShutdownSignalException closed(int code, String text) {
		return new ShutdownSignalException(false, false,
				new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build(), new Object());
	}

	private String refusal(Throwable failure) {
		return Objects.requireNonNull(this.connector.refusal("cron.schedule", failure), "it is a refusal").getMessage();
	}

	@Test
	void anotherNameOfTheLoginIsARefusalThatSaysWhatToSet() {
		assertThat(refusal(closed(AMQP.PRECONDITION_FAILED, ANOTHER_NAME.formatted("ticktock.example.com")))).isEqualTo(
				"spring.rabbitmq.username = \"guest\": the broker at rabbit:5672 knows this login by another name (%s). "
					.formatted(ANOTHER_NAME.formatted("ticktock.example.com"))
						+ "Set spring.rabbitmq.username to that name; \"rabbitmqctl list_connections user client_properties\" shows all of it. TickTock writes the name into its tokens, markers and checkpoints, and the broker takes none that name another account.");
	}

	@Test
	void soItIsOnAChannelThatHasClosedBefore() {
		assertThat(
				refusal(new AlreadyClosedException(closed(AMQP.PRECONDITION_FAILED, ANOTHER_NAME.formatted("other")))))
			.contains("knows this login by another name");
	}

	@Test
	void aMissingPermissionIsARefusal() {
		assertThat(refusal(closed(AMQP.ACCESS_REFUSED, "ACCESS_REFUSED - write access refused")))
			.startsWith("ticktock.scheduler.exchange = \"cron.schedule\": user \"guest\" lacks a permission");
	}

	@ParameterizedTest
	@CsvSource({ "406, PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out", "320, CONNECTION_FORCED",
			"404, NOT_FOUND - no queue" })
	void otherEndsAreNone(int code, String text) {
		assertThat(this.connector.refusal("cron.schedule", closed(code, text))).isNull();
		assertThat(this.connector.refusal("cron.schedule", new IllegalStateException("no broker"))).isNull();
	}

}
