package dev.ticktock.samples;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two copies of each sample worker, which live through all of this: they start before the
 * broker and TickTock do, register their schedules, see the broker restart twice, and end
 * while it is away.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartedBrokerIntegrationTests {

	private static final Map<SampleWorker, List<Copy>> COPIES = new EnumMap<>(SampleWorker.class);

	private static RabbitMqNode node;

	private static ConfigurableApplicationContext tickTock;

	private static Instant back = Instant.MIN;

	@BeforeAll
	static void start() {
		node = new RabbitMqNode();
		for (SampleWorker worker : SampleWorker.values()) {
			try {
				copies(worker);
			}
			catch (TestAbortedException | IllegalStateException ex) {
				// Its tests say so.
			}
		}
		node.start();
		tickTock = TickTockApp.start(List.of("--spring.rabbitmq.port=" + node.port(),
				"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort()));
	}

	@AfterAll
	static void stop() {
		COPIES.values().forEach((copies) -> copies.forEach(Copy::close));
		tickTock.close();
		node.close();
	}

	/** Returns the copies, which it starts the first time. */
	private static List<Copy> copies(SampleWorker worker) {
		return COPIES.computeIfAbsent(worker, (each) -> {
			Job job = Job.of(each, Broker.of(node), "own." + each.folder());
			return Stream.generate(() -> job.start("CRON=* * * * * *")).limit(2).toList();
		});
	}

	@ParameterizedTest
	@EnumSource
	@Order(1)
	void registersItsSchedule(SampleWorker worker) {
		bothDoJobs(worker);
	}

	@Test
	@Order(2)
	void theBrokerRestarts() {
		node.stop();
		node.start();
		back = Instant.now();
	}

	@ParameterizedTest
	@EnumSource
	@Order(3)
	void goesOnAfterARestart(SampleWorker worker) {
		bothDoJobs(worker);
	}

	@Test
	@Order(4)
	void theBrokerIsKilled() {
		node.kill();
		node.start();
		back = Instant.now();
	}

	@ParameterizedTest
	@EnumSource
	@Order(5)
	void goesOnAfterACrash(SampleWorker worker) {
		bothDoJobs(worker);
	}

	@Test
	@Order(6)
	void theBrokerStops() {
		node.stop();
	}

	@ParameterizedTest
	@EnumSource
	@Order(7)
	void endsWhileTheBrokerIsAway(SampleWorker worker) {
		assertThat(copies(worker))
			.allSatisfy((copy) -> assertThat(copy.terminate()).as("exit status: %s", copy).isZero());
	}

	private static void bothDoJobs(SampleWorker worker) {
		copies(worker).forEach((copy) -> copy.awaitSlotFrom(back));
	}

}
