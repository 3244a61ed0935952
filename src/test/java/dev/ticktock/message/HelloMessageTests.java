package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HelloMessage}.
 */
class HelloMessageTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final String COMPLETE = """
			{"name":"a","run":"1","role":"STANDBY","since":"2026-03-02T11:00:00Z","schedules":"x","settings":"y",
			"pace":"PT20S","at":"2026-03-02T12:00:00Z"}""";

	private static final Hello HELLO = new Hello("a", "1", "STANDBY", NOON.minusSeconds(3600), null, null, null,
			new Fingerprint("x", "y"), Duration.ofSeconds(20), NOON);

	private static byte[] zipped(String json) {
		return ZippedJson.write((ObjectNode) JsonMapper.shared().readTree(json));
	}

	@Test
	void whatIsWrittenIsRead() {
		Hello hello = new Hello("host \"ä\"-1", "2", "LEADER", NOON.minusNanos(1), "1.2.3", "2025a",
				Duration.ofMillis(-12), new Fingerprint("x", "y"), Duration.ofSeconds(30), NOON);
		assertThat(HelloMessage.read(HelloMessage.body(hello))).isEqualTo(hello);
		assertThat(HelloMessage.read(HelloMessage.body(HELLO))).isEqualTo(HELLO);
		assertThat(HelloMessage.read(HelloMessage.body(hello.goodbye()))).isEqualTo(hello.goodbye());
		assertThat(hello.goodbye().isGoodbye()).isTrue();
	}

	/** By this, docs/design.md computes what the hellos of a week take. */
	@Test
	void aHelloIsSmall() {
		Hello hello = new Hello("ticktock-7c9f6d5b8c-x2x4z-1", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "LEADER", NOON,
				"1.2.3-SNAPSHOT", "2025a", Duration.ofMillis(12),
				new Fingerprint("0123456789abcdef", "fedcba9876543210"), Duration.ofSeconds(20), NOON);
		assertThat(HelloMessage.body(hello)).hasSizeLessThan(300);
	}

	@Test
	void itCarriesTheAccountThatTheBrokerChecks() {
		assertThat(HelloMessage.properties(Trust.of("ticktock", List.of())).getUserId()).isEqualTo("ticktock");
	}

	@Test
	void whatAnotherVersionAddsIsPassedOver() {
		assertThat(HelloMessage.read(zipped(COMPLETE.replaceFirst("\\{", "{\"more\":[{\"a\":1}],\"zone\":\"UTC\","))))
			.isEqualTo(HELLO);
	}

	@Test
	void aVersionThatDoesNotNameItsZoneDataIsHeard() {
		assertThat(HelloMessage.read(zipped(COMPLETE)).zoneData()).isNull();
		assertThat(HelloMessage.read(zipped(COMPLETE.replaceFirst("\\{", "{\"zoneData\":\"2025a\","))))
			.isEqualTo(new Hello("a", "1", "STANDBY", NOON.minusSeconds(3600), null, "2025a", null,
					new Fingerprint("x", "y"), Duration.ofSeconds(20), NOON));
	}

	@Test
	void whatIsTooLongIsCutOffAndThePaceIsBounded() {
		Hello read = HelloMessage
			.read(zipped(COMPLETE.replace("\"a\"", "\"" + "n".repeat(10_000) + "\"").replace("PT20S", "PT9000H")));
		assertThat(read.name()).hasSize(HelloMessage.LONGEST);
		assertThat(read.pace()).isEqualTo(Duration.ofHours(1));
		assertThat(HelloMessage.read(zipped(COMPLETE.replace("PT20S", "PT-1S"))).pace())
			.isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void somethingElseIsRefusedWithAReason() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HelloMessage.read("by hand".getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith("not a hello: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"name\":\"a\",", "\"run\":\"1\",", "\"role\":\"STANDBY\",",
			"\"since\":\"2026-03-02T11:00:00Z\",", "\"schedules\":\"x\",", "\"pace\":\"PT20S\"," })
	void whatIsMissingOrWrongIsRefused(String needed) {
		String json = COMPLETE.replace("\n", "");
		assertThat(json).contains(needed);
		assertThatIllegalArgumentException().isThrownBy(() -> HelloMessage.read(zipped(json.replace(needed, ""))))
			.withMessageStartingWith("not a hello: it has no ");
		assertThatIllegalArgumentException().isThrownBy(
				() -> HelloMessage.read(zipped(json.replace("\"at\":\"2026-03-02T12:00:00Z\"", "\"at\":\"noon\""))));
	}

}
