package dev.ticktock.samples;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.opentest4j.TestAbortedException;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two copies of each sample worker that is installed, which start before the broker and
 * TickTock do, register their schedules, see the broker restart twice, and end while it
 * is away.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
class RestartedBrokerIntegrationTests {

	private final List<Copy> copies = new ArrayList<>();

	@Test
	void workersLiveThroughRestartsOfTheBroker() {
		try (RabbitMqNode node = new RabbitMqNode()) {
			for (SampleWorker worker : SampleWorker.values()) {
				startTwo(new Job(worker, node.port(), node.managementPort(), "own." + worker.folder));
			}
			node.start();
			try (ConfigurableApplicationContext tickTock = TickTockApp
				.start(List.of("--spring.rabbitmq.port=" + node.port(),
						"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort()))) {
				assertThat(tickTock.isRunning()).isTrue();
				assertJobsFrom(Instant.MIN);
				for (Consumer<RabbitMqNode> end : List.<Consumer<RabbitMqNode>>of(RabbitMqNode::stop,
						RabbitMqNode::kill)) {
					end.accept(node);
					node.start();
					assertJobsFrom(Instant.now());
				}
				node.stop();
				assertThat(this.copies).isNotEmpty()
					.allSatisfy((copy) -> assertThat(copy.terminate()).as("exit status: %s", copy).isZero());
			}
		}
		finally {
			this.copies.forEach(Copy::close);
		}
	}

	private void startTwo(Job job) {
		try {
			this.copies.add(job.start("CRON=* * * * * *"));
			this.copies.add(job.start("CRON=* * * * * *"));
		}
		catch (TestAbortedException ex) {
			System.out.println(ex.getMessage());
		}
	}

	private void assertJobsFrom(Instant instant) {
		assertThat(this.copies).allSatisfy((copy) -> copy.awaitSlotFrom(instant));
	}

}
