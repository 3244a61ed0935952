package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQImpl;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import dev.ticktock.schedule.Validity;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SetAside}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SetAsideTests {

	private static final String FORBIDDEN = "ACCESS_REFUSED - write access to topic 'foo.x' in exchange 'e' in vhost '/' refused for user 'u'";

	private final SettableUptime uptime = new SettableUptime();

	private Schedules schedules = of("@hourly");

	private final SetAside setAside = new SetAside(() -> this.schedules, this.uptime);

	private static Schedules of(String line) {
		Schedule schedule = Schedule.parse("foo.x", line, ZoneOffset.UTC, Validity.halfTheGap(Duration.ofHours(12)));
		Schedule quoted = Schedule.parse("it's' in exchange 'f", line, ZoneOffset.UTC,
				Validity.halfTheGap(Duration.ofHours(12)));
		return Schedules.of(Map.of(schedule.event(), schedule, quoted.event(), quoted));
	}

	private static ShutdownSignalException publish(int code, String reason) {
		return new ShutdownSignalException(false, false, new AMQImpl.Channel.Close(code, reason, 60, 40), null);
	}

	/** As RabbitMQ 3.10.8 and 4.3.6 say it; a text has 255 bytes at most. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					foo.x                | ACCESS_REFUSED - access to topic 'foo.x' in exchange 't' in vhost 'v' refused for user 'u'
					foo.x                | ACCESS_REFUSED - write access to topic 'foo.x' in exchange 't' in vhost 'v' refused for user 'u'
					it's' in exchange 'f | ACCESS_REFUSED - write access to topic 'it's' in exchange 'f' in exchange 't' in vhost 'v' refused for user 'u'
					""")
	void theScheduleOfAKeyThatTheBrokerForbidsIsSetAsideForAnHour(String event, String reason) {
		assertThat(this.setAside.closed(publish(403, reason), "Permit it.")).isTrue();
		assertThat(this.setAside.has(event)).isTrue();
		assertThat(this.setAside.all()).singleElement().satisfies((refused) -> {
			assertThat(refused.event()).isEqualTo(event);
			assertThat(refused.reason()).isEqualTo(reason);
			assertThat(refused.remedy()).isEqualTo("Permit it.");
		});
		this.uptime.pass(SetAside.RETRY);
		assertThat(this.setAside.has(event)).isFalse();
		assertThat(this.setAside.all()).hasSize(1);
	}

	@Test
	void aScheduleThatChangesIsTriedAgain() {
		this.setAside.closed(publish(403, FORBIDDEN), "");
		this.schedules = of("@daily");
		assertThat(this.setAside.has("foo.x")).isFalse();
		assertThat(this.setAside.all()).isEmpty();
	}

	@Test
	void oneThatTheBrokerTakesAgainIsOver(CapturedOutput output) {
		this.setAside.closed(publish(403, FORBIDDEN), "");
		this.setAside.taken("foo.x");
		assertThat(this.setAside.all()).isEmpty();
		assertThat(output).contains("INFO").contains("The broker takes the ticks of \"foo.x\" again");
	}

	@Test
	void whatIsRefusedEachHourIsLoggedOnce(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			this.setAside.closed(publish(403, FORBIDDEN), "Permit it.");
			this.uptime.pass(SetAside.RETRY);
		}
		assertThat(output.getOut().lines()).filteredOn((line) -> line.contains("ERROR"))
			.singleElement()
			.asString()
			.endsWith("The broker refuses the ticks of \"foo.x\" (" + FORBIDDEN
					+ "). They are skipped, and tried again in an hour or when the schedule changes. Permit it.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "...", "" })
	void aKeyThatTheBrokerCutsOffIsThatOfEachScheduleThatBeginsSo(String dots) {
		String cut = "ACCESS_REFUSED - write access to topic 'fo" + dots;
		assertThat(this.setAside.closed(publish(403, cut), "Permit it.")).isTrue();
		assertThat(this.setAside.all()).singleElement()
			.satisfies((refused) -> assertThat(refused.event()).isEqualTo("foo.x"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			403 | 40 | ACCESS_REFUSED - write access to exchange 't' in vhost 'v' refused for user 'u'
			404 | 40 | NOT_FOUND - no exchange 'nope' in vhost 'v'
			406 | 40 | PRECONDITION_FAILED - user_id property set to 'other' but authenticated user was 'u'
			406 | 40 | PRECONDITION_FAILED - message size 700 is larger than configured max size 600
			406 | 80 | PRECONDITION_FAILED - unknown delivery tag 7
			320 | 0  | CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'
			""")
	void whatTheBrokerRefusesOfAllMessagesSetsNothingAside(int code, int method, String reason) {
		ShutdownSignalException signal = new ShutdownSignalException(false, false,
				new AMQImpl.Channel.Close(code, reason, 60, method), null);
		assertThat(this.setAside.closed(signal, "")).isFalse();
		assertThat(this.setAside.all()).isEmpty();
	}

}
