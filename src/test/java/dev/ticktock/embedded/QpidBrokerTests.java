package dev.ticktock.embedded;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

	private static Object cronOf(Object value) {
		Listing listing = QpidBroker.listing(List.of(binding("queue", "key", cron(value))));
		Request request = Objects.requireNonNull(listing.bindings().get(0).request(), "it has an argument");
		return Objects.requireNonNull(request.arguments().get("cron"), "it has the argument cron");
	}

	@Test
	void bindingsAreListedWithTheirRequests() {
		Listing listing = QpidBroker
			.listing(List.of(binding("queue", "a", Map.of("note", "x")), binding("queue", "b", cron("@daily"))));
		assertThat(listing.whole()).isTrue();
		assertThat(listing.bindings()).containsExactly(new Binding("queue", true, "a", null),
				new Binding("queue", true, "b", Request.of(cron("@daily"))));
	}

	@Test
	void anArgumentIsBoundedInSizeAndDepth() {
		assertThat(cronOf("*".repeat(2000))).isEqualTo("*".repeat(1001));
		List<Object> nested = List.of();
		for (int i = 0; i < 5000; i++) {
			nested = new ArrayList<>(List.of(nested));
		}
		assertThat(cronOf(nested)).isEqualTo(true);
		assertThat(cronOf(new HashMap<>(Map.of("cron", nested)))).isEqualTo(true);
		assertThat(cronOf(new byte[100_000])).isEqualTo(true);
		assertThat(cronOf(5)).isEqualTo(5.0);
		assertThat(cronOf(new BigDecimal("1E-255"))).isEqualTo(1e-255);
	}

}
