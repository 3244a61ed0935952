package dev.ticktock.journal;

import java.util.List;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * Tests for {@link Journal} with the stream of a real broker.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class JournalIntegrationTests {

	private final RabbitMqNode node = RabbitMqNode.shared();

	/** The new stream has fewer records than the old one had. */
	@Test
	void aStreamThatWasDeletedIsDeclaredBoundAndReadAgain(CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(this.node.connectionFactory());
				ConfigurableApplicationContext app = TickTockApp
					.start(List.of("--spring.rabbitmq.port=" + this.node.port(), "--ticktock.discovery.enabled=false",
							"--ticktock.scheduler.exchange=" + topology.exchange(),
							"--ticktock.scheduler.cron.a.job=* * * * * *"))) {
			Journal journal = app.getBean(Journal.class);
			topology.recorder().await(1, PATIENCE);
			Channel channel = topology.connection().createChannel();
			for (int i = 0; i < 1000; i++) {
				channel.basicPublish(topology.exchange(), "a.job", null, new byte[0]);
			}
			awaitRecords(journal, 1000);
			channel.queueDelete(journal.queue());
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> output.getOut().contains("the broker stopped delivering from"));
			awaitRecords(journal, journal.ledger().records() + 3);
			Awaitility.await().atMost(PATIENCE).until(() -> journal.state() == JournalState.ATTACHED);
		}
	}

	private static void awaitRecords(Journal journal, long records) {
		Awaitility.await(records + " records").atMost(PATIENCE).until(() -> journal.ledger().records() >= records);
	}

}
