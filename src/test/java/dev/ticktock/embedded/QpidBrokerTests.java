package dev.ticktock.embedded;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.ticktock.discovery.Argument;
import dev.ticktock.discovery.Argument.Kind;
import dev.ticktock.discovery.Binding;
import dev.ticktock.discovery.Listing;
import dev.ticktock.discovery.Request;
import org.apache.qpid.server.binding.BindingImpl;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QpidBroker}: what it lists of its bindings.
 */
class QpidBrokerTests {

	private static BindingImpl binding(String queue, String key, Map<String, Object> arguments) {
		return new BindingImpl(key, queue, arguments);
	}

	private static Map<String, Object> cron(Object value) {
		return Map.of("cron", value);
	}

	private static List<String> keys(Listing listing) {
		return listing.bindings().stream().map(Binding::key).toList();
	}

	private static Argument cronOf(Object value) {
		Listing listing = QpidBroker.listing(List.of(binding("queue", "key", cron(value))), 1);
		Request request = Objects.requireNonNull(listing.bindings().get(0).request(), "it has an argument");
		return Objects.requireNonNull(request.cron(), "it has the argument cron");
	}

	@Test
	void asManyBindingsAsTheLimitAreWhole() {
		Listing listing = QpidBroker
			.listing(List.of(binding("queue", "a", Map.of()), binding("queue", "b", cron("@daily"))), 2);
		assertThat(listing.whole()).isTrue();
		assertThat(listing.bindings()).containsExactly(new Binding("queue", true, "a", null),
				new Binding("queue", true, "b", Request.of(cron("@daily"))));
	}

	@Test
	void bindingsBeyondTheLimitAreLeftOut() {
		List<BindingImpl> bindings = IntStream.range(0, 6)
			.mapToObj((i) -> binding("queue", "key." + i, Map.of()))
			.toList();
		Listing listing = QpidBroker.listing(bindings, 5);
		assertThat(listing.whole()).isFalse();
		assertThat(keys(listing)).containsExactly("key.0", "key.1", "key.2", "key.3", "key.4");
	}

	@Test
	void bindingsThatHoldTooMuchTogetherAreLeftOut() {
		List<BindingImpl> bindings = IntStream.range(0, 20_000)
			.mapToObj((i) -> binding("queue", "key." + i, cron("*".repeat(1000))))
			.toList();
		Listing listing = QpidBroker.listing(bindings, 100_000);
		assertThat(listing.whole()).isFalse();
		assertThat(listing.bindings()).hasSizeBetween(16_000, 16_800);
	}

	@Test
	void whatNobodyAsksForIsNotCounted() {
		List<BindingImpl> bindings = IntStream.range(0, 100)
			.mapToObj((i) -> binding("queue", "key." + i, Map.of("note", "x".repeat(1_000_000))))
			.toList();
		assertThat(QpidBroker.listing(bindings, 100).whole()).isTrue();
	}

	@Test
	void anArgumentIsBoundedInSizeAndDepth() {
		assertThat(cronOf("*".repeat(1001))).isEqualTo(new Argument(Kind.TOO_LONG, ""));
		List<Object> nested = List.of();
		for (int i = 0; i < 5000; i++) {
			nested = new ArrayList<>(List.of(nested));
		}
		assertThat(cronOf(nested)).isEqualTo(new Argument(Kind.OTHER, ""));
		assertThat(cronOf(new HashMap<>(Map.of("cron", nested)))).isEqualTo(new Argument(Kind.OTHER, ""));
		assertThat(cronOf(new byte[100_000])).isEqualTo(new Argument(Kind.OTHER, ""));
		assertThat(cronOf(5)).isEqualTo(new Argument(Kind.NUMBER, "5"));
		assertThat(cronOf(new BigDecimal("1E-255")).text()).hasSizeLessThan(64);
	}

}
