package dev.ticktock.discovery;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ListingParser}.
 */
class ListingParserTests {

	private static final Binding HONEST = Binding.of("q", true, "job", Map.of("cron", "@daily"));

	private static final String HONEST_JSON = element("\"cron\":\"@daily\"");

	private static String element(String arguments) {
		return "{\"destination\":\"q\",\"destination_type\":\"queue\",\"routing_key\":\"job\",\"arguments\":{"
				+ arguments + "}}";
	}

	private static Listing parse(String json) {
		return new ListingParser(1000, Long.MAX_VALUE).parse(stream(json), null);
	}

	private static List<Binding> cut(ListingParser parser, String json) {
		Listing listing = parser.parse(stream(json), null);
		assertThat(listing.whole()).isFalse();
		return listing.bindings();
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

	private static Object cron(String json) {
		Request request = Objects.requireNonNull(between("\"a\":1,\"cron\":" + json + ",\"zone\":\"UTC\"").request());
		assertThat(request.arguments()).containsEntry("zone", "UTC").containsOnlyKeys("cron", "zone");
		return Objects.requireNonNull(request.arguments().get("cron"));
	}

	@Test
	void takesWhatABindingAsksFor() {
		assertThat(between("\"validity\":90000,\"x\":{\"cron\":\"no\"},\"zone\":\"Europe/Oslo\",\"cron\":\"@hourly\"")
			.request()).isEqualTo(new Request(Map.of("cron", "@hourly", "zone", "Europe/Oslo", "validity", 90_000.0)));
		assertThat(between("").request()).isNull();
		assertThat(between("\"cron\":null,\"other\":[1,\"]\",{}]").request()).isNull();
		assertThat(between("\"cron\":\"undefined\",\"schedule\":null").request()).isNull();
		assertThat(cron("9" + "1".repeat(300))).isInstanceOf(Double.class);
		assertThat(cron("1e400")).isInstanceOf(Double.class);
	}

	@Test
	void takesQueuesAndExchangesAndSkipsTheRest() {
		assertThat(parse(
				"[{\"properties_key\":\"x\",\"source\":{\"a\":[]},\"routing_key\":\"å\\u00e5\\\"\\\\\",\"destination\":\"e\",\"destination_type\":\"exchange\",\"arguments\":[]}]")
			.bindings()).containsExactly(Binding.of("e", false, "åå\"\\", Map.of()));
		assertThat(parse(" [ ] ").bindings()).isEmpty();
	}

	/** More than 26,000 do not fit into a frame. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 6000, 30_000 })
	void anArgumentOfAnyDepthIsNoText(int depth) {
		assertThat(cron("[".repeat(depth) + "]".repeat(depth))).isEqualTo(Request.OTHER);
		assertThat(cron("{\"a\":".repeat(depth) + "\"]\\\"\"" + "}".repeat(depth))).isEqualTo(Request.OTHER);
	}

	@Test
	void whatTheBrokerCannotListEndsTheListing() {
		assertThat(cut(new ListingParser(1000, Long.MAX_VALUE),
				"[" + HONEST_JSON + "," + element("\"x\":" + "[".repeat(200_000) + "]".repeat(200_000)) + "]"))
			.containsExactly(HONEST);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "\\\"", "\\\\", "\\u00e5", "å", "日", "\\ud83d\\ude00", "]", "{" })
	void ofAnArgumentThatIsTooLongNoMoreIsKeptThanShowsIt(String character) {
		for (int length : new int[] { 1001, 6005, 100_000 }) {
			assertThat(cron("\"" + character.repeat(length) + "\"")).asString().hasSize(Request.LONGEST + 1);
		}
		assertThat(cron("\"" + character.repeat(500) + "\"")).asString().hasSizeBetween(500, 1000);
	}

	@Test
	void beyondTheNumberOfBindingsItIsNotWhole() {
		String json = "[" + (element("") + ",").repeat(5) + element("") + "]";
		assertThat(new ListingParser(6, 10_000).parse(stream(json), null).whole()).isTrue();
		assertThat(cut(new ListingParser(5, 10_000), json)).hasSize(5);
	}

	@Test
	void beyondTheSizeItIsNotWhole() {
		String padded = HONEST_JSON.replaceFirst("\\{", "{\"vhost\":\"" + "x".repeat(1000) + "\",");
		String json = "[" + (padded + ",").repeat(999) + padded + "]";
		assertThat(new ListingParser(1000, json.length()).parse(stream(json), null).whole()).isTrue();
		assertThat(cut(new ListingParser(1000, json.length() / 2), json)).hasSizeBetween(300, 600).containsOnly(HONEST);
	}

	@Test
	void whatHoldsTooMuchTextIsNotWhole() {
		String wordy = element("\"cron\":\"" + "x".repeat(1000) + "\"");
		StringBuilder json = new StringBuilder("[").append(wordy);
		for (int i = 0; i < 20_000; i++) {
			json.append(',').append(wordy);
		}
		assertThat(cut(new ListingParser(100_000, 128 << 20), json + "]")).hasSizeBetween(16_000, 18_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[", "[{\"destination\":\"a\"", "nonsense", "[{]", "<html>", "{}", "1", "[1]", "[{}]",
			"[{\"destination\":[],\"routing_key\":\"a\"}]" })
	void anythingElseThanAListingFails(String json) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> parse(json))
			.matches((ex) -> ex instanceof JacksonException || ex instanceof IllegalArgumentException);
	}

}
