package dev.ticktock.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.ticktock.spring.TickTockJob.Former;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.amqp.listener.FatalListenerStartupException;
import org.springframework.amqp.rabbit.annotation.Argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of jobs on a real RabbitMQ, with several instances of an application, and with
 * ticks that the test publishes.
 */
@EnabledIfSystemProperty(named = OnRabbitMqTests.AMQP, matches = "amqps?://.+",
		disabledReason = "It needs a RabbitMQ: set -Dticktock.test.amqp=amqp://guest:guest@127.0.0.1:5672/")
@Timeout(120)
class OnRabbitMqTests {

	static final String AMQP = "ticktock.test.amqp";

	private static final String EVENT = "report.due";

	private static final Map<String, Object> SCHEDULE = Map.of("cron", "30 3 * * *");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String uri = System.getProperty(AMQP, "");

	private final String application = "test-" + UUID.randomUUID();

	private final List<Instance> instances = new ArrayList<>();

	private final Set<String> queues = new TreeSet<>(Set.of(this.application + ".job"));

	private TestExchange exchange;

	@BeforeEach
	void declareTheExchange() throws Exception {
		this.exchange = new TestExchange(this.uri, false);
	}

	@AfterEach
	void deleteAll() throws IOException {
		this.instances.forEach((instance) -> instance.work().release());
		this.instances.forEach(Instance::close);
		this.exchange.delete(this.queues);
	}

	@Test
	void allInstancesShareOneQueue() throws Exception {
		Instance first = start(Plain.class);
		Instance second = start(Plain.class);
		first.work().hold();
		second.work().hold();
		publish(1, 2);
		await(() -> assertThat(begun(first, second)).containsExactlyInAnyOrder(ids(1, 2)));
		assertThat(first.work().begun()).hasSize(1);
		assertThat(second.work().begun()).hasSize(1);
	}

	@Test
	void tickTockIsToldHowAJobHasEndedAsSoonAsItHasTheExchangeForThat() throws Exception {
		String outcomes = this.application + ".outcomes";
		this.queues.add(outcomes);
		declare(outcomes, Map.of());
		Instance instance = start(FailingAtTheSecond.class);
		publish(1);
		await(() -> assertThat(instance.work().done()).containsExactly(ids(1)));
		this.exchange.channel().exchangeDeclare(this.exchange.name() + ".outcome", "topic", true, true, Map.of());
		this.exchange.channel().queueBind(outcomes, this.exchange.name() + ".outcome", EVENT);
		instance.loseConnection();
		await(() -> assertThat(this.exchange.consumers(instance.queue())).isOne());
		publish(2, 3);
		List<String> told = new ArrayList<>();
		await(() -> {
			GetResponse response = this.exchange.channel().basicGet(outcomes, true);
			if (response != null) {
				assertThat(response.getProps().getCorrelationId()).isNotNull();
				told.add(response.getProps().getMessageId() + " "
						+ new String(response.getBody(), StandardCharsets.UTF_8).replaceFirst(",\"startedAt.*", ""));
			}
			assertThat(told).containsExactly(ids(2)[0] + " {\"status\":\"failed\",\"message\":\"no paper\"",
					ids(3)[0] + " {\"status\":\"done\"");
		});
	}

	@Test
	void everyInstanceRunsEachTickWhileItIsConnected() throws Exception {
		Instance first = start(EveryInstance.class);
		Instance second = start(EveryInstance.class);
		publish(1);
		await(() -> assertThat(first.work().done()).containsExactly(ids(1)));
		await(() -> assertThat(second.work().done()).containsExactly(ids(1)));
		assertThat(this.exchange.hasQueue(second.queue())).isTrue();
		second.close();
		await(() -> assertThat(this.exchange.hasQueue(second.queue())).isFalse());
		publish(2);
		await(() -> assertThat(first.work().done()).containsExactly(ids(1, 2)));
	}

	@Test
	void anInstanceThatHasLostItsConnectionHasAQueueOfItsOwnAgain() throws Exception {
		Instance first = start(EveryInstance.class);
		Instance second = start(EveryInstance.class);
		second.loseConnection();
		// The first ones may still find the queue that goes with the connection.
		awaitTickAfterTick(second);
		int last = 1000;
		publish(last);
		await(() -> assertThat(second.work().done()).contains(ids(last)));
		await(() -> assertThat(first.work().done()).contains(ids(last)).doesNotHaveDuplicates());
	}

	@Test
	void aSingleInstanceRunsAllTicksWhileItIsConnected() throws Exception {
		Instance first = start(SingleActive.class);
		Instance second = start(SingleActive.class);
		first.work().hold();
		publish(1, 2, 3);
		await(() -> assertThat(first.work().begun()).containsExactly(ids(1)));
		await(() -> assertThat(this.exchange.waiting(first.queue())).isEqualTo(2));
		first.work().release();
		await(() -> assertThat(first.work().done()).containsExactly(ids(1, 2, 3)));
		assertThat(second.work().begun()).isEmpty();
		first.close();
		publish(4);
		await(() -> assertThat(second.work().done()).containsExactly(ids(4)));
	}

	@Test
	void aSingleInstanceThatLosesItsConnectionWorksOnWhileTheNextBegins() throws Exception {
		Instance first = start(SingleActive.class);
		Instance second = start(SingleActive.class);
		first.work().hold();
		publish(1);
		await(() -> assertThat(first.work().begun()).containsExactly(ids(1)));
		first.loseConnection();
		await(() -> assertThat(second.work().done()).containsExactly(ids(1)));
		assertThat(first.work().done()).isEmpty();
		first.work().release();
		await(() -> assertThat(first.work().done()).containsExactly(ids(1)));
	}

	@Test
	void anInstanceWorksOnSeveralTicksAtATime() throws Exception {
		Instance first = start(Parallel.class);
		Instance second = start(Parallel.class);
		first.work().hold();
		second.work().hold();
		publish(1, 2, 3, 4, 5);
		await(() -> assertThat(begun(first, second)).containsExactlyInAnyOrder(ids(1, 2, 3, 4)));
		assertThat(first.work().begun()).hasSize(2);
		assertThat(second.work().begun()).hasSize(2);
		assertThat(this.exchange.waiting(first.queue())).isEqualTo(1);
		first.work().release();
		await(() -> assertThat(first.work().done()).hasSize(3).contains(ids(5)));
		second.work().release();
		await(() -> assertThat(done(first, second)).containsExactlyInAnyOrder(ids(1, 2, 3, 4, 5)));
	}

	@Test
	void argumentsBelongToTheQueue() throws Exception {
		String missed = missedQueue();
		Instance first = start(Limited.class);
		Instance second = start(Limited.class);
		first.work().hold();
		second.work().hold();
		publish(1, 2);
		await(() -> assertThat(begun(first, second)).containsExactlyInAnyOrder(ids(1, 2)));
		publish(3, 4, 5);
		await(() -> assertThat(this.exchange.waiting(missed)).isEqualTo(2));
		assertThat(missed(missed)).containsExactly("maxlen " + ids(3)[0], "maxlen " + ids(4)[0]);
		first.work().release();
		await(() -> assertThat(first.work().done()).contains(ids(5)));
	}

	@Test
	void argumentsCanMakeAnotherTypeOfQueue() throws Exception {
		Instance first = start(Quorum.class);
		Instance second = start(Quorum.class);
		publish(1, 2);
		await(() -> assertThat(done(first, second)).containsExactlyInAnyOrder(ids(1, 2)));
		assertThatThrownBy(() -> declare(first.queue(), Map.of("x-dead-letter-exchange", this.exchange.missed())))
			.hasStackTraceContaining("inequivalent arg 'x-queue-type'");
	}

	@Test
	void aFormerBindingGoesWhenTheNewOneIsThere() throws Exception {
		// It goes with its last binding, so it would go if the former one went first.
		TestExchange fleeting = new TestExchange(this.uri, true);
		try {
			start(fleeting, Before.class).close();
			assertThat(fleeting.publish(EVENT, 1)).isTrue();
			Instance now = start(fleeting, Now.class);
			await(() -> assertThat(now.work().done()).containsExactly(ids(1)));
			assertThat(fleeting.exists()).isTrue();
			assertThat(fleeting.publish(EVENT, 2)).isTrue();
			await(() -> assertThat(now.work().done()).containsExactly(ids(1, 2)));
			// Nothing but the new binding has kept it.
			unbind(fleeting, now.queue(), SCHEDULE);
			assertThat(fleeting.exists()).isFalse();
		}
		finally {
			this.instances.forEach(Instance::close);
			fleeting.delete(this.queues);
		}
	}

	@Test
	void aFormerKeyReachesTheJobNoMore() throws Exception {
		Instance before = start(OtherKey.class);
		assertThat(this.exchange.publish("report.former", 1)).isTrue();
		await(() -> assertThat(before.work().done()).hasSize(1));
		before.close();
		start(Now.class);
		await(() -> assertThat(this.exchange.publish("report.former", 2)).isFalse());
		assertThat(this.exchange.publish(EVENT, 3)).isTrue();
	}

	@Test
	void anOldInstanceThatReconnectsBringsItsBindingBackUntilANewOneStarts() throws Exception {
		Instance before = start(OtherKey.class);
		Instance now = start(Now.class);
		await(() -> assertThat(this.exchange.publish("report.former", 1)).isFalse());
		before.loseConnection();
		await(() -> assertThat(this.exchange.publish("report.former", 2)).isTrue());
		before.close();
		now.close();
		start(Now.class);
		await(() -> assertThat(this.exchange.publish("report.former", 3)).isFalse());
	}

	@Test
	void instancesDeclareTheirQueueAgainWhenItIsDeleted() throws Exception {
		deletesTheQueueOf(start(Parallel.class), start(Parallel.class));
	}

	@Test
	void aSingleInstanceDeclaresItsQueueAgainWhenItIsDeleted() throws Exception {
		deletesTheQueueOf(start(SingleActive.class), start(SingleActive.class));
	}

	private void deletesTheQueueOf(Instance first, Instance second) throws Exception {
		String queue = first.queue();
		int consumers = this.exchange.consumers(queue);
		Channel channel = this.exchange.channel();
		channel.queueDelete(queue);
		await(() -> assertThat(this.exchange.consumers(queue)).isEqualTo(consumers));
		publish(1, 2);
		await(() -> assertThat(done(first, second)).containsExactlyInAnyOrder(ids(1, 2)));
	}

	@Test
	void aJobInHandEndsThoughItsQueueIsDeleted() throws Exception {
		Instance instance = start(Plain.class);
		instance.work().hold();
		publish(1);
		await(() -> assertThat(instance.work().begun()).containsExactly(ids(1)));
		Channel channel = this.exchange.channel();
		channel.queueDelete(instance.queue());
		instance.work().release();
		await(() -> assertThat(this.exchange.hasQueue(instance.queue())).isTrue());
		await(() -> assertThat(this.exchange.publish(EVENT, 2)).isTrue());
		await(() -> assertThat(instance.work().done()).containsExactly(ids(1, 2)));
	}

	@Test
	void aQueueWithOtherArgumentsEndsTheStartAndTheOtherInstanceWorksOn() throws Exception {
		Instance first = start(Plain.class);
		assertThatThrownBy(() -> start(Limited.class))
			.hasStackTraceContaining("The queue of the job " + first.queue()
					+ " exists with other arguments: PRECONDITION_FAILED - inequivalent arg 'x-max-length'")
			.hasStackTraceContaining("Delete it, or give the job another name.")
			.hasRootCauseInstanceOf(com.rabbitmq.client.ShutdownSignalException.class)
			.satisfies((failure) -> assertThat(causes(failure))
				.hasAtLeastOneElementOfType(FatalListenerStartupException.class));
		assertThat(this.exchange.consumers(first.queue())).isEqualTo(1);
		publish(1);
		await(() -> assertThat(first.work().done()).containsExactly(ids(1)));
	}

	@Test
	void aQueueThatComesBackWithOtherArgumentsIsWaitedFor() throws Exception {
		Instance instance = start(Plain.class);
		Channel channel = this.exchange.channel();
		channel.queueDeleteNoWait(instance.queue(), false, false);
		channel.queueDeclare(instance.queue(), true, false, false, Map.of("x-max-length", 1));
		await(() -> assertThat(instance.work().troubles())
			.anyMatch((trouble) -> trouble.contains("exists with other arguments")));
		channel.queueDelete(instance.queue());
		await(() -> assertThat(this.exchange.consumers(instance.queue())).isEqualTo(1));
		publish(1);
		await(() -> assertThat(instance.work().done()).containsExactly(ids(1)));
	}

	private static List<Throwable> causes(Throwable failure) {
		return Stream.iterate(failure, (cause) -> cause != null, Throwable::getCause).toList();
	}

	private Instance start(Class<? extends Work> job) {
		return start(this.exchange, job);
	}

	private Instance start(TestExchange at, Class<? extends Work> job) {
		Instance instance = Instance.start(job, "--spring.application.name=" + this.application,
				"--spring.rabbitmq.addresses=" + this.uri, "--ticktock.jobs.exchange=" + at.name(),
				"--ticktock.jobs.retry-interval=200ms");
		this.instances.add(instance);
		return instance;
	}

	private void publish(int... numbers) throws Exception {
		for (int number : numbers) {
			assertThat(this.exchange.publish(EVENT, number)).as("a queue takes tick %d", number).isTrue();
		}
	}

	private void awaitTickAfterTick(Instance instance) {
		int[] number = new int[1];
		await(() -> {
			this.exchange.publish(EVENT, ++number[0]);
			assertThat(instance.work().done()).isNotEmpty();
		});
	}

	private String missedQueue() throws IOException {
		String queue = this.application + ".missed";
		this.queues.add(queue);
		declare(queue, Map.of());
		this.exchange.channel().queueBind(queue, this.exchange.missed(), "");
		return queue;
	}

	private void declare(String queue, Map<String, Object> arguments) throws IOException {
		this.exchange.channel().queueDeclare(queue, true, false, false, arguments);
	}

	private static void unbind(TestExchange exchange, String queue, Map<String, Object> arguments) throws IOException {
		exchange.channel().queueUnbind(queue, exchange.name(), EVENT, arguments);
	}

	/** Takes what is in a queue of missed ticks, and returns the reasons and ids. */
	private List<String> missed(String queue) throws IOException {
		Channel channel = this.exchange.channel();
		List<String> missed = new ArrayList<>();
		for (GetResponse response = channel.basicGet(queue, true); response != null; response = channel.basicGet(queue,
				true)) {
			missed.add(response.getProps().getHeaders().get("x-first-death-reason") + " "
					+ response.getProps().getMessageId());
		}
		return missed;
	}

	private static String[] ids(int... numbers) {
		return IntStream.of(numbers).mapToObj((number) -> TestExchange.id(EVENT, number)).toArray(String[]::new);
	}

	private static List<String> begun(Instance... instances) {
		return Stream.of(instances).flatMap((instance) -> instance.work().begun().stream()).toList();
	}

	private static List<String> done(Instance... instances) {
		return Stream.of(instances).flatMap((instance) -> instance.work().done().stream()).toList();
	}

	private static void await(ThrowingCallable assertion) {
		Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion::call);
	}

	static class Plain extends Work {

		@TickTockJob(EVENT)
		void job(Tick tick) {
			work(tick);
		}

	}

	static class FailingAtTheSecond extends Work {

		@TickTockJob(EVENT)
		void job(Tick tick) {
			work(tick);
			if (done().size() == 2) {
				throw new IllegalStateException("no paper");
			}
		}

	}

	static class EveryInstance extends Work {

		@TickTockJob(key = EVENT, everyInstance = true)
		void job(Tick tick) {
			work(tick);
		}

	}

	static class SingleActive extends Work {

		@TickTockJob(key = EVENT, singleActiveConsumer = true)
		void job(Tick tick) {
			work(tick);
		}

	}

	static class Parallel extends Work {

		@TickTockJob(key = EVENT, concurrency = 2)
		void job(Tick tick) {
			work(tick);
		}

	}

	static class Limited extends Work {

		@TickTockJob(key = EVENT, arguments = @Argument(name = "x-max-length", value = "1", type = "java.lang.Integer"))
		void job(Tick tick) {
			work(tick);
		}

	}

	static class Quorum extends Work {

		@TickTockJob(key = EVENT, arguments = @Argument(name = "x-queue-type", value = "quorum"))
		void job(Tick tick) {
			work(tick);
		}

	}

	static class Before extends Work {

		@TickTockJob(key = EVENT, cron = "30 2 * * *")
		void job(Tick tick) {
			work(tick);
		}

	}

	static class OtherKey extends Work {

		@TickTockJob("report.former")
		void job(Tick tick) {
			work(tick);
		}

	}

	static class Now extends Work {

		@TickTockJob(key = EVENT, cron = "30 3 * * *",
				former = { @Former(cron = "30 2 * * *"), @Former(key = "report.former") })
		void job(Tick tick) {
			work(tick);
		}

	}

}
