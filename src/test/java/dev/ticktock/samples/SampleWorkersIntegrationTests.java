package dev.ticktock.samples;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample workers on RabbitMQ. They run at a time where JUnit runs tests in parallel,
 * as the build does, because most of their time they wait for slots.
 */
@RequiresRabbitMq(privateNode = true)
class SampleWorkersIntegrationTests {

	/** Due each second; its ticks are valid for longer than a busy machine takes. */
	private static final String EVENT = "sample.second";

	/** How many slots more two copies share when each has done a job. */
	private static final int SLOTS = 6;

	private static final List<String> NO_TICKS = List.of("no JSON", "{}", "[]", "null", "{\"slot\":null}");

	private static final String MISSED = "cron.schedule.missed";

	/** Its own, because other tests that run meanwhile use the same exchange. */
	private static final RabbitMqNode NODE = new RabbitMqNode();

	private static ConfigurableApplicationContext tickTock;

	private static Connection connection;

	private static Recorder missed;

	private static Recorder outcomes;

	@BeforeAll
	static void start() throws Exception {
		NODE.start();
		tickTock = TickTockApp.start(List.of("--spring.rabbitmq.port=" + NODE.port()),
				"--ticktock.scheduler.cron.sample.second.cron=* * * * * *",
				"--ticktock.scheduler.cron.sample.second.validity=10m");
		connection = NODE.connectionFactory().newConnection("test");
		missed = Recorder.bind(connection, MISSED, Names.unique("missed"), "#");
		outcomes = Recorder.bind(connection, "cron.schedule.outcome", Names.unique("outcomes"), "#");
	}

	@AfterAll
	static void stop() throws IOException {
		tickTock.close();
		connection.close();
		NODE.close();
	}

	private static Job job(SampleWorker worker) {
		return new Job(worker, NODE.port(), NODE.managementPort(), EVENT);
	}

	@ParameterizedTest
	@EnumSource
	void sharesTheTicksWithAnotherCopy(SampleWorker worker) {
		Job job = job(worker);
		try (Copy first = job.start(); Copy second = job.start()) {
			first.awaitSlotFrom(Instant.MIN);
			second.awaitSlotFrom(Instant.MIN);
			List<Instant> begun = slots(first, second);
			Instant last = begun.get(begun.size() - 1).plusSeconds(SLOTS);
			List<Instant> all = LongStream.rangeClosed(begun.get(0).getEpochSecond(), last.getEpochSecond())
				.mapToObj(Instant::ofEpochSecond)
				.toList();
			Patience.await("%s takes each tick once".formatted(worker))
				.untilAsserted(() -> assertThat(slots(first, second)).as("%s%nand %s", first, second)
					.filteredOn((slot) -> !slot.isAfter(last))
					.isEqualTo(all));
			assertThat(first.slots()).as("%s", first).hasSizeGreaterThan(1);
			assertThat(second.slots()).as("%s", second).hasSizeGreaterThan(1);
		}
	}

	private static List<Instant> slots(Copy first, Copy second) {
		return Stream.concat(first.slots().stream(), second.slots().stream()).sorted().toList();
	}

	@ParameterizedTest
	@EnumSource
	void takesOverTheTickOfACopyThatIsKilled(SampleWorker worker) {
		Job job = job(worker);
		try (Copy busy = job.start("JOB_SECONDS=600")) {
			String tick = busy.awaitStart().group(1);
			try (Copy other = job.start()) {
				other.awaitStart();
				busy.kill();
				other.awaitDone(tick);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void finishesItsJobWhenItIsToEnd(SampleWorker worker) throws IOException {
		Job job = job(worker);
		try (Copy copy = job.start("JOB_SECONDS=2")) {
			MatchResult started = copy.awaitStart();
			String tick = started.group(1);
			Instant slot = Instant.parse(started.group(3));
			assertThat(tick).as("id: %s", copy).isEqualTo(EVENT + "@" + slot);
			assertThat(Instant.parse(started.group(2))).as("previous slot: %s", copy).isEqualTo(slot.minusSeconds(1));
			assertThat(copy.terminate()).as("exit status: %s", copy).isZero();
			assertThat(copy.started()).as("%s", copy).containsExactly(tick);
			assertThat(copy.done()).as("%s", copy).containsExactly(tick);
			assertThat(idsIn(job.queue())).as("the tick is acknowledged: %s", copy).doesNotContain(tick);
		}
	}

	/** The client of the shell waits on for a queue that is deleted. */
	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SHELL")
	void declaresItsQueueAgainWhenItIsDeleted(SampleWorker worker) throws IOException {
		Job job = job(worker);
		try (Copy copy = job.start(); Copy other = job.start()) {
			copy.awaitStart();
			other.awaitStart();
			Instant deleted = Instant.now();
			connection.createChannel().queueDelete(job.queue());
			// Both, though the first to come back finds no queue and the other does.
			copy.awaitSlotFrom(deleted.plusSeconds(1));
			other.awaitSlotFrom(deleted.plusSeconds(1));
		}
	}

	/** The client of the shell can acknowledge a message, but not reject it. */
	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SHELL")
	void rejectsWhatIsNoTickAndGoesOn(SampleWorker worker) throws IOException {
		Job job = job(worker);
		try (Copy copy = job.start()) {
			String before = copy.awaitStart().group(1);
			for (String body : NO_TICKS) {
				String id = job.queue() + "@" + NO_TICKS.indexOf(body);
				job.give(connection, id, body);
				copy.await("failed %s: .+".formatted(id));
				Patience.await("%s gives %s to the missed exchange".formatted(worker, body))
					.untilAsserted(() -> assertThat(missed.receipts())
						.filteredOn((receipt) -> id.equals(receipt.properties().getMessageId()))
						.singleElement()
						.satisfies((receipt) -> assertThat(receipt.properties().getHeaders()).hasEntrySatisfying(
								"x-first-death-reason", (reason) -> assertThat(reason).hasToString("rejected"))));
			}
			int done = copy.done().size();
			Patience.await("%s goes on".formatted(worker))
				.untilAsserted(() -> assertThat(copy.done()).as("%s", copy).hasSizeGreaterThan(done).contains(before));
		}
	}

	/** The clients of C and of the shell cannot say so, or not without much code. */
	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "C", "SHELL" })
	void saysHowItsJobsEnd(SampleWorker worker) throws IOException {
		Job job = job(worker);
		try (Copy copy = job.start()) {
			String done = copy.awaitStart().group(1);
			awaitOutcome(worker, EVENT, done, "done");
			String failed = job.queue() + "@failed";
			job.give(connection, failed, "no JSON");
			awaitOutcome(worker, job.queue(), failed, "failed");
		}
	}

	private static void awaitOutcome(SampleWorker worker, String event, String id, String status) {
		Patience.await("%s says %s of %s".formatted(worker, status, id))
			.untilAsserted(() -> assertThat(outcomes.receipts())
				.filteredOn((receipt) -> id.equals(receipt.properties().getMessageId()))
				.anySatisfy((receipt) -> {
					assertThat(receipt.event()).isEqualTo(event);
					assertThat(receipt.properties().getCorrelationId()).isNotEmpty();
					assertThat(JsonMapper.shared().readTree(receipt.body()).path("status").asString())
						.isEqualTo(status);
				}));
	}

	@ParameterizedTest
	@EnumSource
	void doesTheJobOfATickOnceThatComesTwice(SampleWorker worker) throws IOException {
		Job job = job(worker);
		String slot = "2026-03-01T10:15:00Z";
		try (Copy copy = job.start()) {
			copy.awaitStart();
			String id = job.give(connection, slot);
			copy.awaitDone(id);
			job.give(connection, slot);
			copy.await("again " + id);
			assertThat(copy.done()).as("%s", copy).containsOnlyOnce(id);
		}
	}

	@Test
	void theStarterForSpringKeepsItsPromisesOnRabbitMq() {
		String broker = "amqp://guest:guest@127.0.0.1:" + NODE.port() + "/";
		try (Program tests = SampleWorker.SPRING
			.run("../../../mvnw -B -ntp -pl starter -Dtest=OnRabbitMqTests -Dticktock.test.amqp=" + broker + " test")) {
			assertThat(tests.exitCode(SampleWorker.LONG)).as("%s", tests).isZero();
			assertThat(tests.find(".*Tests run: [1-9]\\d*, Failures: 0, Errors: 0, Skipped: 0, .*OnRabbitMqTests.*"))
				.isNotEmpty();
		}
	}

	/** Takes what is in a queue, and returns the ids. */
	private static List<String> idsIn(String queue) throws IOException {
		Channel channel = connection.createChannel();
		List<String> ids = new ArrayList<>();
		for (GetResponse response = channel.basicGet(queue, true); response != null; response = channel.basicGet(queue,
				true)) {
			ids.add(response.getProps().getMessageId());
		}
		channel.abort();
		return ids;
	}

}
