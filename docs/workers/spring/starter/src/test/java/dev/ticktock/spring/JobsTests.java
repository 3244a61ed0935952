package dev.ticktock.spring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import dev.ticktock.spring.TickTockJob.Former;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.Argument;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

/**
 * Tests of {@link Jobs} in an application whose broker is never reached.
 */
class JobsTests {

	private static final String SLOT = "2026-03-01T10:15:00Z";

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class,
				RabbitAutoConfiguration.class, JobAutoConfiguration.class))
		.withBean(ConnectionFactory.class, () -> mock(ConnectionFactory.class))
		.withPropertyValues("spring.application.name=billing", "spring.rabbitmq.listener.simple.auto-startup=false");

	@Test
	void oneLineDeclaresAllThatAJobNeeds() {
		this.application.withBean(Report.class).run((context) -> {
			Job job = container(context, "billing.report").job();
			assertThat(job.queue().getName()).isEqualTo("billing.report");
			assertThat(job.queue().isDurable()).isTrue();
			assertThat(job.queue().isExclusive()).isFalse();
			assertThat(job.queue().isAutoDelete()).isFalse();
			assertThat(job.queue().getArguments()).isEqualTo(Map.of("x-dead-letter-exchange", "cron.schedule.missed"));
			assertThat(job.binding().getDestination()).isEqualTo("billing.report");
			assertThat(job.binding().getExchange()).isEqualTo("cron.schedule");
			assertThat(job.binding().getRoutingKey()).isEqualTo("cron.minute.5");
			assertThat(job.binding().getArguments()).isEmpty();
			assertThat(job.former()).isEmpty();
			// The container declares them, so the application's admin must not.
			assertThat(context).doesNotHaveBean(Queue.class);
		});
	}

	@Test
	void aContainerTakesOneTickAtATimeWhateverIsSetForOtherListeners() {
		this.application.withBean(Report.class)
			.withPropertyValues("spring.rabbitmq.listener.simple.acknowledge-mode=none",
					"spring.rabbitmq.listener.simple.prefetch=50", "spring.rabbitmq.listener.simple.concurrency=3",
					"spring.rabbitmq.listener.simple.max-concurrency=9",
					"spring.rabbitmq.listener.simple.batch-size=20",
					"spring.rabbitmq.listener.simple.consumer-batch-enabled=true",
					"spring.rabbitmq.listener.simple.default-requeue-rejected=true")
			.run((context) -> {
				JobContainer container = container(context, "billing.report");
				assertThat(container.getAcknowledgeMode()).isEqualTo(AcknowledgeMode.AUTO);
				assertThat(container)
					.extracting("prefetchCount", "batchSize", "consumerBatchEnabled", "defaultRequeueRejected",
							"concurrentConsumers", "maxConcurrentConsumers", "missingQueuesFatal")
					.containsExactly(1, 1, false, false, 1, 1, false);
			});
	}

	@Test
	void aContainerWaitsForItsJobAsLongAsTheApplicationWaitsForAPhase() {
		this.application.withBean(Report.class)
			.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=7m")
			.run((context) -> assertThat(container(context, "billing.report")).extracting("shutdownTimeout")
				.isEqualTo(420_000L));
	}

	@Test
	void aScheduleOfTheJobsOwnIsInTheBinding() {
		this.application.withBean(Invoices.class).run((context) -> {
			Job job = container(context, "billing.invoices").job();
			assertThat(job.binding().getRoutingKey()).isEqualTo("invoice.nightly");
			assertThat(job.binding().getArguments())
				.isEqualTo(Map.of("cron", "30 3 * * *", "zone", "Europe/Oslo", "validity", "2h"));
			assertThat(job.former()).hasSize(2);
			assertThat(job.former().get(0).getRoutingKey()).isEqualTo("invoice.nightly");
			assertThat(job.former().get(0).getArguments())
				.isEqualTo(Map.of("cron", "30 2 * * *", "zone", "Europe/Oslo"));
			assertThat(job.former().get(1).getRoutingKey()).isEqualTo("cron.day.1");
			assertThat(job.former().get(1).getArguments()).isEmpty();
			assertThat(job.former()).allMatch((former) -> "billing.invoices".equals(former.getDestination()));
		});
	}

	@Test
	void theJobsOfTheReadmeRun() {
		this.application.withBean(ReportJob.class).withBean(InvoiceJob.class).withBean(Alerts.class).run((context) -> {
			assertThat(container(context, "billing.report").job().binding().getRoutingKey()).isEqualTo("cron.minute.5");
			deliver(context, "billing.report", message("{\"slot\":\"" + SLOT + "\"}"));
			assertThat(container(context, "billing.writeInvoices").job().former()).hasSize(1);
		});
	}

	@Test
	void textsHavePlaceholders() {
		this.application.withBean(Configured.class)
			.withPropertyValues("it.key=cron.hour.1", "it.queue=statistics", "it.cron=@every 90s", "it.zone=UTC",
					"it.length=7")
			.run((context) -> {
				Job job = container(context, "statistics").job();
				assertThat(job.binding().getRoutingKey()).isEqualTo("cron.hour.1");
				assertThat(job.binding().getArguments()).isEqualTo(Map.of("cron", "@every 90s", "zone", "UTC"));
				assertThat(job.queue().getArguments()).containsEntry("x-max-length", 7);
			});
	}

	@Test
	void anEmptyCronIsNone() {
		this.application.withBean(Configured.class)
			.withPropertyValues("it.key=cron.hour.1", "it.queue=statistics", "it.cron=", "it.zone=", "it.length=7")
			.run((context) -> assertThat(container(context, "statistics").job().binding().getArguments()).isEmpty());
	}

	@Test
	void namesOfTheExchangesAreSettings() {
		this.application.withBean(Report.class)
			.withPropertyValues("ticktock.jobs.exchange=my.scheduler")
			.run((context) -> {
				Job job = container(context, "billing.report").job();
				assertThat(job.binding().getExchange()).isEqualTo("my.scheduler");
				assertThat(job.queue().getArguments()).containsEntry("x-dead-letter-exchange", "my.scheduler.missed");
			});
		this.application.withBean(Report.class)
			.withPropertyValues("ticktock.jobs.missed-exchange=")
			.run((context) -> assertThat(container(context, "billing.report").job().queue().getArguments()).isEmpty());
	}

	@Test
	void oneInstanceAtATime() {
		this.application.withBean(Single.class)
			.run((context) -> assertThat(container(context, "billing.single").job().queue().getArguments())
				.containsEntry("x-single-active-consumer", true));
	}

	@Test
	void severalAtATimeInOneInstance() {
		this.application.withBean(Parallel.class)
			.run((context) -> assertThat(container(context, "billing.many"))
				.extracting("concurrentConsumers", "maxConcurrentConsumers", "prefetchCount")
				.containsExactly(4, 4, 1));
	}

	@Test
	void everyInstanceHasAQueueOfItsOwn() {
		List<String> names = new ArrayList<>();
		for (int instance = 0; instance < 2; instance++) {
			this.application.withBean(EveryInstance.class).run((context) -> {
				Queue queue = container(context, "billing.refresh").job().queue();
				assertThat(queue.isExclusive()).isTrue();
				assertThat(queue.isDurable()).isFalse();
				names.add(queue.getName());
			});
		}
		assertThat(names).doesNotHaveDuplicates().allMatch((name) -> name.startsWith("billing.refresh."));
	}

	@Test
	void jobsCanBeSwitchedOff() {
		this.application.withBean(Report.class).withPropertyValues("ticktock.jobs.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(Jobs.class);
			assertThat(context.getBean(RabbitListenerEndpointRegistry.class).getListenerContainerIds()).isEmpty();
		});
	}

	@Test
	void aJobGetsTheTick() {
		this.application.withBean(Report.class).run((context) -> {
			deliver(context, "billing.report", message("{\"event\":\"cron.minute.5\",\"slot\":\"" + SLOT
					+ "\",\"previous\":\"2026-03-01T10:10:00Z\",\"next\":null,\"data\":\"north\",\"validUntil\":\"2026-03-01T10:17:30Z\"}"));
			assertThat(context.getBean(Report.class).received)
				.containsExactly(new Tick("cron.minute.5", Instant.parse(SLOT), Instant.parse("2026-03-01T10:10:00Z"),
						null, Instant.parse("2026-03-01T10:17:30Z"), "cron.minute.5@" + SLOT, "north"));
		});
	}

	@Test
	void aJobGetsWhatElseAMessageHas() {
		this.application.withBean(Curious.class).run((context) -> {
			Message message = message("{\"slot\":\"" + SLOT + "\"}");
			deliver(context, "billing.spring", message);
			deliver(context, "billing.amqp", message);
			deliver(context, "billing.headers", message);
			assertThat(context.getBean(Curious.class).received).containsExactly(
					new Tick("cron.minute.5", Instant.parse(SLOT), null, null, null, "cron.minute.5@" + SLOT, null),
					message, Date.from(Instant.parse(SLOT)), "cron.minute.5@" + SLOT);
		});
	}

	@Test
	void aJobThatTakesNoTickDoesNotReadTheBody() {
		this.application.withBean(Curious.class).run((context) -> {
			deliver(context, "billing.nothing", message("no json"));
			assertThat(context.getBean(Curious.class).received).containsExactly("nothing");
		});
	}

	@Test
	void aBodyThatIsNoTickFails() {
		this.application.withBean(Report.class).run((context) -> {
			assertThatThrownBy(() -> deliver(context, "billing.report", message("no json"))).cause()
				.hasMessageContaining("The body is not a JSON object");
			assertThatThrownBy(() -> deliver(context, "billing.report", message("{}"))).cause()
				.hasMessageContaining("no slot");
			assertThatThrownBy(() -> deliver(context, "billing.report", message("{\"slot\":\"noon\"}"))).cause()
				.hasMessage("The field slot of the body is not an instant: noon");
			assertThat(context.getBean(Report.class).received).isEmpty();
		});
	}

	@Test
	void anErrorIsAFailureOfTheJobAndNotOfItsContainer() {
		this.application.withBean(Broken.class)
			.run((context) -> assertThatThrownBy(() -> deliver(context, "billing.broken", message("{}")))
				.isInstanceOf(Exception.class)
				.hasRootCauseInstanceOf(AssertionError.class));
	}

	@Test
	void aJobOfALazyBeanMakesItAtTheFirstTick() {
		this.application.withBean("report", Report.class, Report::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("report")).isFalse();
				deliver(context, "billing.report", message("{\"slot\":\"" + SLOT + "\"}"));
				assertThat(context.getBean(Report.class).received).hasSize(1);
			});
	}

	@Test
	void aPrototypeIsMadeForEachTick() {
		List<Report> made = new ArrayList<>();
		Supplier<Report> supplier = () -> {
			made.add(new Report());
			return made.get(made.size() - 1);
		};
		this.application
			.withBean(Report.class, supplier, (definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> {
				assertThat(made).isEmpty();
				deliver(context, "billing.report", message("{\"slot\":\"" + SLOT + "\"}"));
				deliver(context, "billing.report", message("{\"slot\":\"" + SLOT + "\"}"));
				assertThat(made).hasSize(2).allSatisfy((report) -> assertThat(report.received).hasSize(1));
			});
	}

	@Test
	void adviceOfTheBeanApplies() {
		List<String> advised = new ArrayList<>();
		this.application.withBean(Report.class)
			.withBean(DefaultAdvisorAutoProxyCreator.class, () -> proxies(true))
			.withBean(Advisor.class, () -> advisor(advised))
			.run((context) -> {
				deliver(context, "billing.report", message("{\"slot\":\"" + SLOT + "\"}"));
				assertThat(advised).containsExactly("report");
			});
	}

	@Test
	void aMethodThatTheProxyDoesNotHave() {
		this.application.withBean(Report.class)
			.withBean(DefaultAdvisorAutoProxyCreator.class, () -> proxies(false))
			.withBean(Advisor.class, () -> advisor(new ArrayList<>()))
			.run((context) -> assertInvalid(context, Report.class, "report",
					"the bean's proxy does not have the method", "spring.aop.proxy-target-class"));
	}

	@Test
	void anEmptyKey() {
		this.application.withBean(EmptyKey.class)
			.run((context) -> assertInvalid(context, EmptyKey.class, "job", "the key is empty", "Name an event"));
	}

	@Test
	void aWildcardWithASchedule() {
		this.application.withBean(Wildcard.class)
			.run((context) -> assertInvalid(context, Wildcard.class, "job",
					"the key \"invoice.*\" has a wildcard, but a schedule belongs to one event", "leave out cron"));
	}

	@Test
	void aWildcardWithoutASchedule() {
		this.application.withBean(AllMinutes.class)
			.run((context) -> assertThat(container(context, "billing.job").job().binding().getRoutingKey())
				.isEqualTo("cron.minute.*"));
	}

	@Test
	void aZoneWithoutASchedule() {
		this.application.withBean(ZoneAlone.class)
			.run((context) -> assertInvalid(context, ZoneAlone.class, "job", "it has a zone without cron",
					"leave them to TickTock's configuration of \"cron.minute.5\""));
	}

	@Test
	void noNameOfTheApplicationAndNoneOfTheQueue() {
		this.application.withPropertyValues("spring.application.name=")
			.withBean(Report.class)
			.run((context) -> assertInvalid(context, Report.class, "report", "the application has no name",
					"Set spring.application.name"));
	}

	@Test
	void noNameOfTheApplicationButOneOfTheQueue() {
		this.application.withPropertyValues("spring.application.name=")
			.withBean(Named.class)
			.run((context) -> assertThat(container(context, "nightly.invoices").job().queue().getName())
				.isEqualTo("nightly.invoices"));
	}

	@Test
	void aNameThatHasNoEffect() {
		this.application.withBean(NamedTwice.class)
			.run((context) -> assertInvalid(context, NamedTwice.class, "job", "the name \"b\" has no effect",
					"Leave out one of name and queue"));
	}

	@Test
	void aNameThatTheBrokerWouldRefuse() {
		this.application.withPropertyValues("spring.application.name=" + "x".repeat(250))
			.withBean(Report.class)
			.run((context) -> assertInvalid(context, Report.class, "report", "is longer than 255 bytes", "Shorten it"));
	}

	@Test
	void aParameterThatATickCannotFill() {
		this.application.withBean(TakesText.class)
			.run((context) -> assertInvalid(context, TakesText.class, "job",
					"parameter 2, a java.lang.String, is nothing that a tick has", "Take a Tick"));
		this.application.withBean(TakesMessageOfText.class)
			.run((context) -> assertInvalid(context, TakesMessageOfText.class, "job",
					"parameter 1, a org.springframework.messaging.Message<java.lang.String>", "Take a Tick"));
	}

	@Test
	void aResultThatNobodyTakes() {
		this.application.withBean(Returns.class)
			.run((context) -> assertInvalid(context, Returns.class, "job", "it returns int", "Return void"));
	}

	@Test
	void twoJobsWithOneQueue() {
		this.application.withBean("a", Report.class)
			.withBean("b", Report.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobException.class)
				.hasMessageContaining("Report.report of the bean \"b\"")
				.hasMessageContaining("Report.report of the bean \"a\" has the same queue \"billing.report\"")
				.hasMessageContaining("name = \"b-report\""));
	}

	@Test
	void aPlaceholderWithoutAValue() {
		this.application.withBean(Configured.class)
			.run((context) -> assertInvalid(context, Configured.class, "job",
					"\"${it.key}\" has a placeholder without a value", "Set the property"));
	}

	@Test
	void anArgumentOfAnotherType() {
		this.application.withBean(Configured.class)
			.withPropertyValues("it.key=cron.hour.1", "it.queue=statistics", "it.cron=", "it.zone=", "it.length=many")
			.run((context) -> assertInvalid(context, Configured.class, "job",
					"the value \"many\" of the argument x-max-length is no java.lang.Integer", "Use a type"));
	}

	@Test
	void noThreads() {
		this.application.withBean(NoThreads.class)
			.run((context) -> assertInvalid(context, NoThreads.class, "job", "the concurrency is 0", "at least 1"));
	}

	@Test
	void severalThreadsOfASingleConsumer() {
		this.application.withBean(SingleParallel.class)
			.run((context) -> assertInvalid(context, SingleParallel.class, "job", "only one of 2 threads would work",
					"Leave out one"));
	}

	@Test
	void aSingleConsumerInEveryInstance() {
		this.application.withBean(SingleEverywhere.class)
			.run((context) -> assertInvalid(context, SingleEverywhere.class, "job", "has no single active consumer",
					"Leave out one"));
	}

	@Test
	void aFormerBindingThatIsThePresentOne() {
		this.application.withBean(FormerIsPresent.class)
			.run((context) -> assertInvalid(context, FormerIsPresent.class, "job",
					"a former binding is the present one", "Leave it out"));
	}

	@Test
	void anInvalidJobIsReportedWithoutAStackTrace() {
		this.application.withBean(EmptyKey.class).run((context) -> {
			FailureAnalysis analysis = Objects.requireNonNull(
					new InvalidJobFailureAnalyzer().analyze(Objects.requireNonNull(context.getStartupFailure())));
			assertThat(analysis.getDescription()).contains("the key is empty");
			assertThat(analysis.getAction()).startsWith("Name an event");
		});
	}

	private static void assertInvalid(AssertableApplicationContext context, Class<?> type, String method,
			String problem, String remedy) {
		assertThat(context).getFailure()
			.isInstanceOf(InvalidJobException.class)
			.hasMessageStartingWith("@TickTockJob on " + type.getName() + "." + method + " of the bean \"")
			.hasMessageContaining(problem)
			.hasMessageContaining(remedy);
	}

	private static JobContainer container(ApplicationContext context, String id) {
		Object container = context.getBean(RabbitListenerEndpointRegistry.class).getListenerContainer(id);
		assertThat(container).as(id).isInstanceOf(JobContainer.class);
		return (JobContainer) Objects.requireNonNull(container);
	}

	private static void deliver(ApplicationContext context, String id, Message message) throws Exception {
		Object listener = container(context, id).getMessageListener();
		((ChannelAwareMessageListener) Objects.requireNonNull(listener)).onMessage(message, null);
	}

	private static Message message(String body) {
		MessageProperties properties = new MessageProperties();
		properties.setContentType("application/json");
		properties.setMessageId("cron.minute.5@" + SLOT);
		properties.setReceivedRoutingKey("cron.minute.5");
		properties.setTimestamp(Date.from(Instant.parse(SLOT)));
		return new Message(body.getBytes(StandardCharsets.UTF_8), properties);
	}

	private static DefaultAdvisorAutoProxyCreator proxies(boolean ofClasses) {
		DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
		creator.setProxyTargetClass(ofClasses);
		return creator;
	}

	private static Advisor advisor(List<String> advised) {
		NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(
				(MethodInterceptor) (invocation) -> {
					advised.add(invocation.getMethod().getName());
					return invocation.proceed();
				});
		advisor.setMappedName("report");
		return advisor;
	}

	interface Printer {

		void print();

	}

	static class Report implements Printer {

		final List<Tick> received = new ArrayList<>();

		@Override
		public void print() {
		}

		@TickTockJob("cron.minute.5")
		void report(Tick tick) {
			this.received.add(tick);
		}

	}

	static class Invoices {

		@TickTockJob(key = "invoice.nightly", cron = "30 3 * * *", zone = "Europe/Oslo", validity = "2h",
				former = { @Former(cron = "30 2 * * *", zone = "Europe/Oslo"), @Former(key = "cron.day.1") })
		void invoices() {
		}

	}

	static class Configured {

		@TickTockJob(key = "${it.key}", queue = "${it.queue}", cron = "${it.cron}", zone = "${it.zone}",
				arguments = @Argument(name = "x-max-length", value = "${it.length}", type = "java.lang.Integer"))
		void job() {
		}

	}

	static class Curious {

		final List<Object> received = new ArrayList<>();

		@TickTockJob("cron.minute.5")
		void spring(org.springframework.messaging.Message<Tick> message) {
			this.received.add(message.getPayload());
		}

		@TickTockJob("cron.minute.5")
		void amqp(Message message) {
			this.received.add(message);
		}

		@TickTockJob("cron.minute.5")
		void headers(@Header(AmqpHeaders.TIMESTAMP) Date slot, @Headers Map<String, Object> headers) {
			this.received.add(slot);
			this.received.add(headers.get(AmqpHeaders.MESSAGE_ID));
		}

		@TickTockJob("cron.minute.5")
		void nothing() {
			this.received.add("nothing");
		}

	}

	static class Broken {

		@TickTockJob("cron.minute.5")
		void broken() {
			throw new AssertionError("broken");
		}

	}

	static class Single {

		@TickTockJob(key = "cron.minute.5", singleActiveConsumer = true)
		void single() {
		}

	}

	static class Parallel {

		@TickTockJob(key = "cron.minute.5", name = "many", concurrency = 4)
		void parallel() {
		}

	}

	static class EveryInstance {

		@TickTockJob(key = "cron.minute.5", everyInstance = true)
		void refresh() {
		}

	}

	static class Named {

		@TickTockJob(key = "cron.minute.5", queue = "nightly.invoices")
		void job() {
		}

	}

	static class NamedTwice {

		@TickTockJob(key = "cron.minute.5", queue = "a", name = "b")
		void job() {
		}

	}

	static class EmptyKey {

		@TickTockJob
		void job() {
		}

	}

	static class Wildcard {

		@TickTockJob(key = "invoice.*", cron = "30 2 * * *")
		void job() {
		}

	}

	static class AllMinutes {

		@TickTockJob("cron.minute.*")
		void job() {
		}

	}

	static class ZoneAlone {

		@TickTockJob(key = "cron.minute.5", zone = "Europe/Oslo")
		void job() {
		}

	}

	static class TakesText {

		@TickTockJob("cron.minute.5")
		void job(Tick tick, String text) {
		}

	}

	static class TakesMessageOfText {

		@TickTockJob("cron.minute.5")
		void job(org.springframework.messaging.Message<String> message) {
		}

	}

	static class Returns {

		@TickTockJob("cron.minute.5")
		int job() {
			return 1;
		}

	}

	static class NoThreads {

		@TickTockJob(key = "cron.minute.5", concurrency = 0)
		void job() {
		}

	}

	static class SingleParallel {

		@TickTockJob(key = "cron.minute.5", singleActiveConsumer = true, concurrency = 2)
		void job() {
		}

	}

	static class SingleEverywhere {

		@TickTockJob(key = "cron.minute.5", singleActiveConsumer = true, everyInstance = true)
		void job() {
		}

	}

	static class FormerIsPresent {

		@TickTockJob(key = "invoice.nightly", cron = "30 3 * * *", former = @Former(cron = "30 3 * * *"))
		void job() {
		}

	}

}
