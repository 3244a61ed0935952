package dev.ticktock.deploy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A tick that the broker refuses affects only its own schedule.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class RefusedKeyIntegrationTests {

	private static final String SET_ASIDE = "The broker refuses the ticks of \"%s\"";

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("topics");

	private final String user = Names.unique("narrow");

	@BeforeEach
	void account() {
		this.node.ctl("add_user", this.user, "PASSWORD");
		this.node.ctl("set_permissions", this.user, ".*", ".*", ".*");
		this.node.ctl("set_user_tags", this.user, "management");
	}

	private List<String> arguments(String... more) {
		return Stream.concat(Stream.of("--spring.rabbitmq.port=" + this.node.port(),
				"--spring.rabbitmq.username=" + this.user, "--spring.rabbitmq.password=PASSWORD",
				"--ticktock.discovery.management-url=http://localhost:" + this.node.managementPort(),
				"--ticktock.scheduler.exchange=" + this.exchange,
				// So that a slow machine can change the leader within it.
				"--ticktock.scheduler.cron.each.second.validity=30s"), Stream.of(more))
			.toList();
	}

	private Recorder recorder(Connection connection) throws Exception {
		return Recorder.bind(connection, this.exchange, this.exchange + ".all", "#");
	}

	private static List<Instant> slots(Recorder recorder, String event) {
		return recorder.receipts().stream().filter((each) -> each.event().equals(event)).map(Receipt::slot).toList();
	}

	/** Each second, once. */
	private static void assertNothingIsMissing(List<Instant> slots) {
		assertThat(slots)
			.isEqualTo(Stream.iterate(slots.get(0), (slot) -> slot.plusSeconds(1)).limit(slots.size()).toList());
	}

	private static long lines(Replica replica, String level, String text) {
		return replica.log().lines().filter((line) -> line.contains(" " + level + " ") && line.contains(text)).count();
	}

	@Test
	void withoutAJournalKeysThatATopicPermissionForbidsAreSetAsideAndTriedAgainWhenTheScheduleChanges(
			CapturedOutput output) throws Exception {
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			Recorder recorder = recorder(connection);
			this.node.ctl("set_topic_permissions", this.user, this.exchange, "^(each|cron)\\.", ".*");
			try (Replica first = Replica.start(output, arguments("--ticktock.scheduler.cron.foo.configured=@every 2s",
					"--ticktock.journal.enabled=false"))) {
				first.awaitLog("ERROR", SET_ASIDE.formatted("foo.configured"), "rabbitmqctl set_topic_permissions");
				Channel channel = connection.createChannel();
				channel.queueBind(this.exchange + ".all", this.exchange, "foo.registered", Map.of("cron", "@every 2s"));
				first.awaitLog("ERROR", SET_ASIDE.formatted("foo.registered"), "rabbitmqctl set_topic_permissions");
				int before = slots(recorder, "each.second").size();
				recorder.await(recorder.receipts().size() + 20, PATIENCE);
				List<Instant> slots = slots(recorder, "each.second");
				assertThat(slots.size()).isGreaterThan(before + 10);
				assertNothingIsMissing(slots);
				assertThat(slots(recorder, "foo.configured")).isEmpty();
				assertThat(slots(recorder, "foo.registered")).isEmpty();
				assertThat(first.count("ticktock.ticks.skipped")).isPositive();
				assertThat(lines(first, "ERROR", "The broker refuses the ticks of")).isEqualTo(2);
				assertThat(lines(first, "ERROR", "set_permissions")).isZero();
				this.node.ctl("set_topic_permissions", this.user, this.exchange, ".*", ".*");
				channel.queueUnbind(this.exchange + ".all", this.exchange, "foo.registered",
						Map.of("cron", "@every 2s"));
				channel.queueBind(this.exchange + ".all", this.exchange, "foo.registered", Map.of("cron", "@every 3s"));
				first.awaitLog("The broker takes the ticks of \"foo.registered\" again");
				assertThat(slots(recorder, "foo.registered")).isNotEmpty();
			}
		}
	}

}
