package dev.ticktock.discovery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import dev.ticktock.discovery.Argument.Kind;
import dev.ticktock.support.CpuTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ListingParser} and what {@link PrunedJson} leaves of a listing.
 */
class ListingParserTests {

	private static final Binding HONEST = new Binding("q", true, "job",
			new Request(new Argument(Kind.TEXT, "@daily"), null, null, null));

	private static final String HONEST_JSON = element("\"cron\":\"@daily\"");

	private static String element(String arguments) {
		return "{\"destination\":\"q\",\"destination_type\":\"queue\",\"routing_key\":\"job\",\"arguments\":{"
				+ arguments + "}}";
	}

	private static Listing parse(String json) {
		return new ListingParser(1000, Long.MAX_VALUE).parse(stream(json), null);
	}

	private static ByteArrayInputStream stream(String json) {
		return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
	}

	/** Parses one hostile binding between two honest ones. */
	private static Binding between(String arguments) {
		Listing listing = parse("[" + HONEST_JSON + "," + element(arguments) + " ,\n" + HONEST_JSON + "]");
		assertThat(listing.whole()).isTrue();
		assertThat(listing.bindings()).hasSize(3);
		assertThat(listing.bindings().get(0)).isEqualTo(HONEST);
		assertThat(listing.bindings().get(2)).isEqualTo(HONEST);
		return listing.bindings().get(1);
	}

	private static Argument cron(String json) {
		Request request = Objects.requireNonNull(between("\"a\":1,\"cron\":" + json + ",\"zone\":\"UTC\"").request());
		assertThat(request.zone()).isEqualTo(new Argument(Kind.TEXT, "UTC"));
		return Objects.requireNonNull(request.cron());
	}

	@Test
	void aListingThatComesAgainHasTheSameInstances() {
		ListingParser parser = new ListingParser(1000, Long.MAX_VALUE);
		Binding first = parser.parse(stream("[" + HONEST_JSON + "]"), null).bindings().get(0);
		assertThat(parser.parse(stream("[" + HONEST_JSON + "]"), null).bindings().get(0)).isSameAs(first);
		Binding other = parser.parse(stream("[" + element("\"cron\":\"@hourly\"") + "]"), null).bindings().get(0);
		assertThat(other).isNotEqualTo(first);
	}

	@Test
	void takesWhatABindingAsksFor() {
		assertThat(between("\"validity\":90000,\"x\":{\"cron\":\"no\"},\"zone\":\"Europe/Oslo\",\"cron\":\"@hourly\"")
			.request())
			.isEqualTo(new Request(new Argument(Kind.TEXT, "@hourly"), new Argument(Kind.TEXT, "Europe/Oslo"),
					new Argument(Kind.NUMBER, "90000"), null));
		assertThat(between("").request()).isNull();
		assertThat(between("\"cron\":null,\"other\":[1,\"]\",{}]").request()).isNull();
	}

	@Test
	void remembersAnArgumentThatIsMisspelt() {
		assertThat(between("\"Crontab\":1,\"Zone\":{\"deep\":[]}").request())
			.isEqualTo(new Request(null, null, null, "Zone"));
	}

	@Test
	void anArgumentThatIsVoidIsAbsent() {
		assertThat(
				between("\"cron\":\"@hourly\",\"zone\":\"undefined\",\"tz\":\"undefined\",\"validity\":null").request())
			.isEqualTo(new Request(new Argument(Kind.TEXT, "@hourly"), null, null, null));
		assertThat(between("\"cron\":\"undefined\",\"schedule\":null").request()).isNull();
	}

	@Test
	void remembersAnArgumentAsAnotherSchedulerNamesIt() {
		assertThat(between("\"tz\":\"Europe/Oslo\",\"cron\":\"@hourly\",\"x\":1").request())
			.isEqualTo(new Request(new Argument(Kind.TEXT, "@hourly"), null, null, "tz"));
		assertThat(between("\"schedule\":[\"@hourly\"],\"tz\":\"Europe/Oslo\"").request())
			.isEqualTo(new Request(null, null, null, "schedule"));
	}

	@Test
	void takesQueuesAndExchangesAndSkipsTheRest() {
		assertThat(parse(
				"[{\"properties_key\":\"x\",\"source\":{\"a\":[]},\"routing_key\":\"å\\u00e5\\\"\\\\\",\"destination\":\"e\",\"destination_type\":\"exchange\",\"arguments\":[]}]")
			.bindings()).containsExactly(new Binding("e", false, "åå\"\\", null));
		assertThat(parse(" [ ] ").bindings()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 6000, 3_000_000 })
	void howeverDeepAnArgumentIsItIsNoText(int depth) {
		assertThat(cron("[".repeat(depth) + "]".repeat(depth)).kind()).isEqualTo(Kind.OTHER);
		assertThat(cron("{\"a\":".repeat(depth) + "\"]\\\"\"" + "}".repeat(depth)).kind()).isEqualTo(Kind.OTHER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "\\\"", "\\\\", "\\u00e5", "å", "日", "\\ud83d\\ude00", "]", "{" })
	void howeverLongAnArgumentIsItIsTooLong(String character) {
		for (int length : new int[] { 1001, 6005, 6006, 6007, 100_000 }) {
			assertThat(cron("\"" + character.repeat(length) + "\"").kind()).as(length + "").isEqualTo(Kind.TOO_LONG);
		}
		assertThat(cron("\"" + character.repeat(500) + "\"").kind()).isEqualTo(Kind.TEXT);
	}

	@Test
	void aTextThatIsCutWithinACharacterIsStillAText() {
		for (int length = 5990; length < 6020; length++) {
			assertThat(cron("\"" + "x".repeat(length) + "日\\u65e5\\\\å\"").kind()).isEqualTo(Kind.TOO_LONG);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "9", "1.", "1e", "1e-", "-" })
	void howeverLongANumberIsItIsANumber(String begin) {
		for (int length = 50; length < 80; length++) {
			assertThat(cron(begin + "1".repeat(length)).kind()).isEqualTo(Kind.NUMBER);
		}
		assertThat(cron(begin + "1".repeat(1_000_000)).text()).hasSizeLessThan(100);
	}

	@Test
	void namesOfArgumentsMayBeLongAndMany() {
		StringBuilder arguments = new StringBuilder("\"" + "cron".repeat(100_000) + "\":1");
		for (int i = 0; i < 20_000; i++) {
			arguments.append(",\"name").append(i).append("\":\"cron\"");
		}
		assertThat(between(arguments.toString()).request()).isNull();
	}

	@Test
	void beyondTheNumberOfBindingsItIsNotWhole() {
		String json = "[" + (element("") + ",").repeat(5) + element("") + "]";
		assertThat(new ListingParser(6, 10_000).parse(stream(json), null).whole()).isTrue();
		Listing cut = new ListingParser(5, 10_000).parse(stream(json), null);
		assertThat(cut.whole()).isFalse();
		assertThat(cut.bindings()).hasSize(5);
	}

	@Test
	void beyondTheNumberOfBindingsThoseThatAskForAScheduleAreRead() {
		String json = "[" + (element("") + ",").repeat(10) + HONEST_JSON + "," + element("") + "]";
		Listing cut = new ListingParser(5, 10_000).parse(stream(json), null);
		assertThat(cut.whole()).isFalse();
		assertThat(cut.everyRequest()).isTrue();
		assertThat(cut.bindings()).hasSize(6).endsWith(HONEST);
	}

	@Test
	void beyondTheTextThatHasRoomThoseThatAskForAScheduleAreRead() {
		String wordy = element("").replace("job", "x".repeat(1000));
		String json = "[" + (wordy + ",").repeat(9000) + HONEST_JSON + "]";
		Listing cut = new ListingParser(100_000, Long.MAX_VALUE).parse(stream(json), null);
		assertThat(cut.whole()).isFalse();
		assertThat(cut.everyRequest()).isTrue();
		assertThat(cut.bindings()).endsWith(HONEST);
	}

	@Test
	void aQueueThatAsksForTooMuchTakesNoMoreThanItLeavesToTheOthers() {
		String greedy = HONEST_JSON.replace("\"q\"", "\"greedy\"");
		String json = "[" + (greedy + ",").repeat(1000) + HONEST_JSON + "]";
		Listing cut = new ListingParser(100, Long.MAX_VALUE).parse(stream(json), null);
		assertThat(cut.everyRequest()).isFalse();
		assertThat(cut.bindings()).hasSize(151).endsWith(HONEST);
	}

	@Test
	void beyondTheSizeItIsNotWhole() {
		String json = "[" + (HONEST_JSON + ",").repeat(9) + HONEST_JSON + "]";
		assertThat(new ListingParser(100, json.length()).parse(stream(json), null).whole()).isTrue();
		for (int size = HONEST_JSON.length() + 2; size < json.length(); size++) {
			Listing cut = new ListingParser(100, size).parse(stream(json), null);
			assertThat(cut.whole()).isFalse();
			assertThat(cut.everyRequest()).isFalse();
			assertThat(cut.bindings()).isNotEmpty().containsOnly(HONEST);
		}
	}

	@Test
	void whatHoldsTooMuchTextIsNotWhole() {
		String wordy = element("\"cron\":\"" + "x".repeat(1000) + "\"");
		StringBuilder json = new StringBuilder("[").append(wordy);
		for (int i = 0; i < 20_000; i++) {
			json.append(',').append(wordy);
		}
		Listing cut = new ListingParser(100_000, Long.MAX_VALUE).parse(stream(json + "]"), null);
		assertThat(cut.whole()).isFalse();
		assertThat(cut.bindings()).hasSizeBetween(16_000, 18_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[", "[{\"destination\":\"a\"", "nonsense", "[{]", "<html>" })
	void whatIsNoJsonFails(String json) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> parse(json))
			.matches((ex) -> ex instanceof JacksonException || ex instanceof IllegalArgumentException);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "1", "[1]", "[{}]", "[{\"destination\":[],\"routing_key\":\"a\"}]" })
	void whatIsNoListingFails(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(json));
	}

	/** Whatever the chunks are in which it arrives, the same comes of it. */
	@Test
	void itMayArriveInPieces() throws IOException {
		String json = "["
				+ element("\"a\":[[\"" + "å\\\\\\\"".repeat(5000) + "\"]],\"cron\":\"" + "日".repeat(3000) + "\"") + ","
				+ HONEST_JSON + "]";
		byte[] whole = new PrunedJson(stream(json), Long.MAX_VALUE).readAllBytes();
		assertThat(whole).hasSizeLessThan(7000);
		Random random = new Random(9);
		PrunedJson pieces = new PrunedJson(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)) {
			@Override
			public synchronized int read(byte[] target, int offset, int length) {
				return super.read(target, offset, Math.min(length, 1 + random.nextInt(7)));
			}
		}, Long.MAX_VALUE);
		assertThat(pieces.readAllBytes()).isEqualTo(whole);
		assertThat(parse(json).bindings()).isEqualTo(List
			.of(new Binding("q", true, "job", new Request(new Argument(Kind.TOO_LONG, ""), null, null, null)), HONEST));
	}

	@Test
	void fiftyThousandBindingsAreReadInNoTime() {
		StringBuilder json = new StringBuilder("[").append(HONEST_JSON);
		for (int i = 0; i < 50_000; i++) {
			json.append(",{\"destination\":\"queue.")
				.append(i)
				.append("\",\"destination_type\":\"queue\",\"routing_key\":\"key.")
				.append(i)
				.append("\",\"arguments\":{}}");
		}
		ByteArrayInputStream stream = stream(json + "]");
		ListingParser parser = new ListingParser(100_000, Long.MAX_VALUE);
		List<Duration> taken = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			stream.reset();
			taken.add(CpuTime.of(() -> assertThat(parser.parse(stream, null).bindings()).hasSize(50_001)));
		}
		System.out.println("Parsing 50,000 bindings took " + taken);
		assertThat(taken).anySatisfy((each) -> assertThat(each).isLessThan(Duration.ofSeconds(1)));
	}

}
