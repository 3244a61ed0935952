package dev.ticktock.samples;

import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample workers on the embedded broker.
 */
class EmbeddedSampleWorkersIntegrationTests extends AbstractSampleWorkerContract {

	private static final int PORT = FreePort.find();

	private static ConfigurableApplicationContext tickTock;

	static Stream<SampleWorker> workers() {
		return SampleWorker.without(SampleWorker.Limit.RABBITMQ_ONLY);
	}

	@BeforeAll
	static void start() {
		tickTock = TickTockApp.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + PORT),
				SCHEDULE.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		tickTock.close();
	}

	@Override
	Job job(SampleWorker worker) {
		return new Job(worker, PORT, 0, EVENT);
	}

}
