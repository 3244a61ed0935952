package dev.ticktock.broker;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The answers of RabbitMQ 3.10.8 and 4.3.6, and for each whether TickTock waits for it to
 * pass, and the remedy that it logs.
 */
class BrokerAnswersTests {

	private final BrokerAnswers answers = new BrokerAnswers(factory(), "rabbit:5672");

	private static ConnectionFactory factory() {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUsername("u");
		factory.setVirtualHost("v");
		return factory;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					both | NOT_ALLOWED - vhost v not found                                                                | ends  | or create it: rabbitmqctl add_vhost NAME
					both | NOT_ALLOWED - access to vhost 'v' refused for user 'u'                                         | ends  | or grant it: rabbitmqctl set_permissions -p "v" u '.*' '.*' '.*'
					both | NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (1) is reached        | waits | Raise this limit: rabbitmqctl set_user_limits
					both | NOT_ALLOWED - connection refused for user 'u': user connection limit (1) is reached            | waits | Raise this limit: rabbitmqctl set_user_limits
					4.3  | NOT_ALLOWED - connection refused: node connection limit (0) is reached                         | waits | Raise this limit: rabbitmqctl set_user_limits
					3.10 | NOT_ALLOWED - number of channels opened for user 'u' has reached the maximum allowed user limit of (1) | waits | Raise this limit: rabbitmqctl set_user_limits
					4.3  | NOT_ALLOWED - number of channels opened for user 'u' has reached the maximum allowed user limit of 1   | waits | Raise this limit: rabbitmqctl set_user_limits
					4.3  | NOT_ALLOWED - number of channels opened on node 'rabbit@localhost' has reached the maximum allowed limit of 1 | waits | Raise this limit: rabbitmqctl set_user_limits
					""")
	void ofAConnection(String version, String answer, String outcome, String remedy) throws Exception {
		assertAnswer(() -> this.answers.toConnecting(new IOException(connectionClosed(AMQP.NOT_ALLOWED, answer))),
				outcome, remedy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					both | 406 | PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost 'v' (0) is reached             | waits  | Raise this limit: rabbitmqctl set_user_limits
					4.3  | 406 | PRECONDITION_FAILED - cannot declare queue 'q': queue limit in cluster (1) is reached               | waits  | Raise this limit: rabbitmqctl set_user_limits
					4.3  | 406 | PRECONDITION_FAILED - cannot declare exchange 'q' in vhost 'v': exchange limit of 1 is reached      | waits  | Raise this limit: rabbitmqctl set_user_limits
					3.10 | 406 | PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost 'v': received the value 'stream' of type 'longstr' but current is none | mend | exists with different arguments
					4.3  | 406 | PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost 'v': received 'stream' but current is 'classic' | mend | Delete it, or set a.property to another name
					both | 406 | PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost 'v': received 'false' but current is 'true' | mend | Delete it, or set a.property to another name
					both | 404 | NOT_FOUND - no exchange 'e' in vhost 'v'                                                            | waits  | NOT_FOUND
					3.10 | 403 | ACCESS_REFUSED - access to queue 'q' in vhost 'v' refused for user 'u'                              | ends   | rabbitmqctl set_permissions -p "v" "u" '^q(\\..*)?$'
					4.3  | 403 | ACCESS_REFUSED - configure access to queue 'q' in vhost 'v' refused for user 'u'                    | ends   | rabbitmqctl set_permissions -p "v" "u" '^q(\\..*)?$'
					3.10 | 403 | ACCESS_REFUSED - access to topic '#' in exchange 'q' in vhost 'v' refused for user 'u'              | ends   | rabbitmqctl set_topic_permissions -p "v" "u" "q" '.*' '.*'
					4.3  | 403 | ACCESS_REFUSED - read access to topic '#' in exchange 'q' in vhost 'v' refused for user 'u'         | ends   | rabbitmqctl set_topic_permissions -p "v" "u" "q" '.*' '.*'
					""")
	void ofADeclaration(String version, int code, String answer, String outcome, String remedy) throws Exception {
		assertAnswer(() -> this.answers.toDeclaring("a.property", "q",
				"a queue of this name exists with different arguments", new IOException(channelClosed(code, answer))),
				outcome, remedy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					406 | PRECONDITION_FAILED - user_id property set to 'u' but authenticated user was 'CN=o'ther' | spring.rabbitmq.username = "u": the broker at rabbit:5672 knows this login by another name
					403 | ACCESS_REFUSED - write access refused              | ticktock.scheduler.exchange = "cron.schedule": user "u" lacks a permission
					406 | PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out |
					320 | CONNECTION_FORCED                                  |
					404 | NOT_FOUND - no queue                               |
					""")
	void ofAChannelThatIsUsed(int code, String answer, @Nullable String refusal) {
		ShutdownSignalException closed = channelClosed(code, answer);
		for (Exception failure : List.of(closed, new AlreadyClosedException(closed))) {
			BrokerRefusedException refused = this.answers.toUsing("cron.schedule", failure);
			if (refusal == null) {
				assertThat(refused).isNull();
			}
			else {
				assertThat(refused).hasMessageStartingWith(refusal).hasMessageContaining(answer);
			}
		}
	}

	private static void assertAnswer(Callable<BrokerUnavailableException> answer, String outcome, String remedy)
			throws Exception {
		try {
			assertThat(answer.call()).hasMessageContaining(remedy);
			assertThat(outcome).isEqualTo("waits");
		}
		catch (BrokerRefusedException ex) {
			assertThat(ex).hasMessageContaining(remedy);
			assertThat(outcome).isEqualTo(ex.mendable() ? "mend" : "ends");
		}
	}

	private static ShutdownSignalException connectionClosed(int code, String text) {
		return new ShutdownSignalException(true, false,
				new AMQP.Connection.Close.Builder().replyCode(code).replyText(text).build(), new Object());
	}

	private static ShutdownSignalException channelClosed(int code, String text) {
		return new ShutdownSignalException(false, false,
				new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build(), new Object());
	}

}
