package dev.ticktock.samples;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.opentest4j.TestAbortedException;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two copies of each sample worker that is installed, which start before the broker and
 * TickTock do, do jobs where nothing takes outcomes, register their schedules, see the
 * broker restart twice, and end while it is away.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
class RestartedBrokerIntegrationTests {

	private final Map<Job, List<Copy>> copies = new LinkedHashMap<>();

	@Test
	void workersLiveThroughRestartsOfTheBroker() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode()) {
			for (SampleWorker worker : SampleWorker.values()) {
				startTwo(new Job(worker, node.port(), node.managementPort(), "own." + worker.folder));
			}
			node.start();
			try (Connection connection = node.connectionFactory().newConnection()) {
				assertJobsWithoutOutcomes(connection);
			}
			try (ConfigurableApplicationContext tickTock = TickTockApp.start(node.arguments())) {
				assertThat(tickTock.isRunning()).isTrue();
				assertJobsFrom(Instant.now());
				for (Consumer<RabbitMqNode> end : List.<Consumer<RabbitMqNode>>of(RabbitMqNode::stop,
						RabbitMqNode::kill)) {
					end.accept(node);
					node.start();
					assertJobsFrom(Instant.now());
				}
				node.stop();
				assertThat(copies()).isNotEmpty()
					.allSatisfy((copy) -> assertThat(copy.terminate()).as("exit status: %s", copy).isZero());
			}
		}
		finally {
			copies().forEach(Copy::close);
		}
	}

	private void startTwo(Job job) {
		try {
			this.copies.put(job, List.of(job.start("CRON=* * * * * *"), job.start("CRON=* * * * * *")));
		}
		catch (TestAbortedException ex) {
			System.out.println(ex.getMessage());
		}
	}

	private Stream<Copy> copies() {
		return this.copies.values().stream().flatMap(List::stream);
	}

	/** As with a TickTock that is older: the test publishes in its place. */
	private void assertJobsWithoutOutcomes(Connection connection) throws IOException {
		connection.createChannel().exchangeDeclare("cron.schedule", "topic", true);
		for (Map.Entry<Job, List<Copy>> each : this.copies.entrySet()) {
			Job job = each.getKey();
			TestTopology.awaitConsumer(connection, job.queue());
			for (int second = 0; second < 8; second++) {
				String id = job.give(connection, "2026-03-01T10:15:0%dZ".formatted(second));
				Patience.await("%s does the job of %s".formatted(job.worker(), id))
					.until(() -> each.getValue().stream().anyMatch((copy) -> copy.done().contains(id)));
			}
		}
	}

	private void assertJobsFrom(Instant instant) {
		assertThat(copies()).allSatisfy((copy) -> copy.awaitSlotFrom(instant));
	}

}
