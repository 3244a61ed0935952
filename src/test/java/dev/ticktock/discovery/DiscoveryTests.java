package dev.ticktock.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.support.Patience;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Discovery} with a management API that answers whatever a test wants.
 */
@ExtendWith(OutputCaptureExtension.class)
class DiscoveryTests {

	private static final String JOB = "{\"destination\":\"q\",\"destination_type\":\"queue\",\"routing_key\":\"job\",\"arguments\":{\"cron\":\"@daily\"}}";

	private static final String OTHER = "{\"destination\":\"q\",\"destination_type\":\"queue\",\"routing_key\":\"jub\",\"arguments\":{}}";

	private volatile String answer = "[]";

	private volatile IntSupplier code = () -> 200;

	private volatile int missing;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final SettableClock clock = new SettableClock(Instant.now(Clock.systemUTC()));

	private final ScheduleRegistry registry = new ScheduleRegistry(Schedules.of(Map.of()), Set.of());

	private volatile Runnable fault = () -> {
	};

	private HttpServer server;

	private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);

	private final Uptime process = Uptime.ofProcess();

	private final Uptime uptime = () -> this.process.now().plus(this.passed.get());

	private Discovery discovery;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::respond);
		this.server.start();
		this.discovery = discovery(() -> true);
		this.discovery.start();
	}

	private Discovery discovery(BooleanSupplier joined) {
		DiscoveryProperties properties = new Binder(
				new MapConfigurationPropertySource(Map.of("a.interval", "100ms", "a.max-bindings", "5")))
			.bindOrCreate("a", DiscoveryProperties.class);
		ManagementApi api = new ManagementApi(List.of("http://localhost:" + this.server.getAddress().getPort()),
				"guest", "guest", "/", null, new ListingParser(properties.maxBindings(), 1_000_000),
				Duration.ofMillis(500), this.clock);
		this.registry.expectRegistrations();
		return new Discovery(new Topology("exchange", "leader", "journal"), properties, (exchange) -> {
			this.fault.run();
			return api.bindings(exchange);
		}, this.registry,
				new Registrar(this.registry, new Defaults(ZoneOffset.UTC, Duration.ofHours(12)), properties,
						(event) -> null, this.clock),
				joined, this.meters, this.clock, this.uptime, new Hearts(this.uptime));
	}

	@AfterEach
	void stop() {
		this.discovery.stop();
		this.server.stop(0);
	}

	private void respond(HttpExchange exchange) throws IOException {
		byte[] body = this.answer.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(this.code.getAsInt(), body.length + this.missing);
		exchange.getResponseBody().write(body);
		if (this.missing > 0) {
			// It stays open, and nothing comes.
			exchange.getResponseBody().flush();
			return;
		}
		exchange.close();
	}

	private double gauge(String name) {
		return this.meters.get(name).gauge().value();
	}

	private static void await(Runnable assertion) {
		Patience.await().untilAsserted(assertion::run);
	}

	@Test
	void theBindingsAreFirstReadWhenThisReplicaHasJoined() {
		AtomicBoolean joined = new AtomicBoolean();
		AtomicInteger asked = new AtomicInteger();
		Discovery waiting = discovery(() -> asked.incrementAndGet() > 0 && joined.get());
		waiting.start();
		await(() -> assertThat(asked).hasValueGreaterThan(1));
		assertThat(waiting.status().read()).isNull();
		joined.set(true);
		await(() -> assertThat(waiting.status().read()).isNotNull());
		joined.set(false);
		this.clock.set(this.clock.instant().plusSeconds(1));
		await(() -> assertThat(waiting.status().read()).isEqualTo(this.clock.instant()));
		waiting.stop();
	}

	@Test
	void aListingThatIsTooLongIsReadAsFarAsTheBound(CapturedOutput output) {
		readAtOnce("[%s,%s]".formatted(OTHER, JOB), 1);
		assertThat(this.registry.current().isCompleteSince(Duration.ZERO)).isTrue();
		String others = (JOB.replace("job", "a.job") + ",").repeat(6);
		this.answer = "[%s%s]".formatted(others, JOB);
		await(() -> assertThat(gauge("ticktock.discovery.unread")).isOne());
		assertThat(this.registry.current().byEvent()).containsKeys("a.job", "job");
		assertThat(this.registry.current().isCompleteSince(Duration.ZERO)).isFalse();
		long before = this.meters.get("ticktock.discovery.read").tag("outcome", "success").timer().count();
		await(() -> assertThat(this.meters.get("ticktock.discovery.read").tag("outcome", "success").timer().count())
			.isGreaterThan(before + 3));
		assertThat(output.getAll()).containsOnlyOnce("has more bindings than are read: only 5 are")
			.contains("Existing schedules stay in force until this replica restarts");
		readAtOnce("[]", 0);
	}

	@Test
	void aScheduleThatHasChangedIsNotSaidToBeGone(CapturedOutput output) {
		readAtOnce("[%s]".formatted(JOB), 1);
		this.answer = "[%s]".formatted(JOB.replace("@daily", "@hourly"));
		await(() -> assertThat(output).contains("Workers have registered job at \"@hourly\""));
		assertThat(output).contains("Workers have registered job at \"@daily\"").doesNotContain("No longer registered");
		readAtOnce("[]", 0);
		await(() -> assertThat(output).contains("No longer registered: job at \"@hourly\""));
	}

	@Test
	void aBindingToTheQueueOfHoldsHoldsAndAsksForNothing(CapturedOutput output) {
		String hold = JOB.replace("\"q\"", "\"exchange.hold\"");
		this.answer = "[%s,%s,%s]".formatted(
				hold.replace("}}", ",\"by\":\"ana\",\"why\":\"%s\"}}".formatted("x".repeat(999))),
				hold.replace("job", "jobs"), OTHER);
		Hold job = new Hold("job", "ana", "x".repeat(200));
		await(() -> assertThat(this.registry.current().holds().all()).containsExactly(job,
				new Hold("jobs", null, null)));
		await(() -> assertThat(this.discovery.status().audience().unmatchedCount()).isOne());
		assertThat(this.registry.current().byEvent()).isEmpty();
		String others = (OTHER + ",").repeat(6);
		this.answer = "[%s%s]".formatted(others, hold);
		await(() -> assertThat(this.discovery.status().whole()).isFalse());
		assertThat(this.registry.current().holds().all()).contains(job);
		this.answer = "[]";
		await(() -> assertThat(this.registry.current().holds()).isEqualTo(Holds.NONE));
		await(() -> assertThat(output).contains("On hold: \"job\" by ana: xx", "No longer on hold: "));
	}

	@Test
	void anOutageWhoseReasonChangesAllTheTimeIsOneLine(CapturedOutput output) {
		AtomicInteger asked = new AtomicInteger();
		this.code = () -> 502 + asked.incrementAndGet() % 2;
		await(() -> assertThat(asked).hasValueGreaterThan(6));
		this.code = () -> 500;
		await(() -> assertThat(this.discovery.status().trouble()).contains("whose name is not UTF-8"));
		this.code = () -> 401;
		await(() -> assertThat(this.discovery.status().trouble()).contains("(status 401)"));
		assertThat(output).doesNotContain("(status 401)");
		this.passed.set(Duration.ofMinutes(1));
		awaitAtOnce(() -> output.getAll().contains("(status 401)"));
		this.code = () -> 200;
		awaitAtOnce(() -> output.getAll().contains("can be read again"));
		assertThat(output.getAll().lines().filter((line) -> line.contains(" until the bindings of"))).hasSize(2);
	}

	@Test
	void whatWasOverForAClockThatWasAheadIsReadAgain() {
		Instant now = this.clock.instant();
		this.clock.set(now.plus(Duration.ofDays(400)));
		String once = JOB.replace("@daily", "@at " + now.plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS));
		readAtOnce("[%s]".formatted(once), 0);
		awaitAtOnce(() -> this.discovery.status().overCount() == 1);
		this.clock.set(now);
		readAtOnce("[%s]".formatted(once), 1);
	}

	@Test
	void anAnswerThatStopsInTheMiddleIsGivenUp() {
		readAtOnce("[%s]".formatted(JOB), 1);
		this.answer = "[%s,".formatted(OTHER);
		this.missing = 100;
		await(() -> assertThat(this.discovery.status().trouble()).contains("Read timed out"));
		assertThat(this.registry.current().byEvent()).containsKey("job");
		this.missing = 0;
		readAtOnce("[]", 0);
	}

	@Test
	void aRegistrationThatComesAndGoesFillsNoLog(CapturedOutput output) {
		for (int i = 0; i < 25; i++) {
			readAtOnce("[%s]".formatted(JOB), 1);
			readAtOnce("[]", 0);
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("job at"))).hasSizeBetween(2, 30);
	}

	@Test
	void aLineThatMayBeReadOtherwiseIsWarnedOfOnceWhenItComesAndWhenItChanges(CapturedOutput output) {
		readAtOnce("[%s]".formatted(JOB.replace("@daily", "0 0 9 ? * 3")), 1);
		await(() -> assertThat(output).contains("\"0 0 9 ? * 3\": its day of the week 3 is WED"));
		this.answer = "[%s]".formatted(JOB.replace("@daily", "0 0 9 ? * 2"));
		await(() -> assertThat(output).contains("\"0 0 9 ? * 2\": its day of the week 2 is TUE"));
		readAtOnce("[]", 0);
		assertThat(output).containsOnlyOnce("its day of the week 3").containsOnlyOnce("its day of the week 2");
	}

	private void readAtOnce(String listing, int schedules) {
		this.answer = listing;
		awaitAtOnce(() -> this.registry.current().all().size() == schedules);
	}

	private void awaitAtOnce(Callable<Boolean> condition) {
		Patience.await().pollInterval(Duration.ofMillis(5)).until(() -> {
			this.discovery.roleChanged(
					new LeadershipStatus("me", Role.LEADER, Instant.EPOCH, null, true, JournalState.OFF, null, null));
			return condition.call();
		});
	}

	@Test
	void theDateOfAnAnswerIsCutToTheSecondAndSaysLittleIfItTookLong() {
		Instant asked = Instant.parse("2026-03-01T12:00:10.400Z");
		long date = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
		assertThat(ManagementApi.clockOffset(asked, asked.plusMillis(200), date)).isEqualTo(Duration.ofSeconds(10));
		assertThat(ManagementApi.clockOffset(asked, asked.plusSeconds(20), date)).isNull();
		assertThat(ManagementApi.clockOffset(asked, asked, 0)).isNull();
	}

	@Test
	void aClockThatIsWrongIsTold(CapturedOutput output) {
		await(() -> assertThat(this.discovery.status().clockOffset()).isNotNull());
		assertThat(gauge("ticktock.clock.offset")).isBetween(-5.0, 5.0);
		this.clock.set(Instant.now(Clock.systemUTC()).plusSeconds(3600));
		await(() -> assertThat(gauge("ticktock.clock.offset")).isBetween(3500.0, 3605.0));
		await(() -> assertThat(output.getAll()).containsOnlyOnce("ahead of the broker's").contains("NTP"));
		this.clock.set(Instant.now(Clock.systemUTC()));
		await(() -> assertThat(output.getAll()).containsOnlyOnce("agree again"));
		this.answer = "nonsense";
		await(() -> assertThat(gauge("ticktock.clock.offset")).isNaN());
		assertThat(this.discovery.status().clockOffset()).isNull();
	}

	@Test
	void afterAnUnexpectedFailureTheThreadGoesOn(CapturedOutput output) {
		this.fault = () -> {
			throw new IllegalStateException("as if");
		};
		await(() -> assertThat(output.getAll()).contains("unexpected failure: java.lang.IllegalStateException: as if"));
		await(() -> assertThat(this.discovery.status().trouble()).contains("as if"));
		this.fault = () -> {
		};
		readAtOnce("[%s]".formatted(JOB), 1);
		await(() -> assertThat(this.discovery.status().trouble()).isNull());
	}

}
