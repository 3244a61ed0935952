package dev.ticktock.embedded;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.ticktock.discovery.Binding;
import dev.ticktock.discovery.Listing;
import dev.ticktock.discovery.Request;
import org.apache.qpid.server.binding.BindingImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QpidBroker}: what it lists of its bindings.
 */
class QpidBrokerTests {

	private static @Nullable Request request(Map<String, Object> arguments) {
		Listing listing = QpidBroker.listing(List.of(new BindingImpl("key", "queue", arguments)));
		assertThat(listing.whole()).isTrue();
		Binding binding = listing.bindings().get(0);
		assertThat(binding).isEqualTo(Binding.of("queue", true, "key", arguments));
		return binding.request();
	}

	private static @Nullable Object cronOf(Object value) {
		return Objects.requireNonNull(request(Map.of("cron", value))).arguments().get("cron");
	}

	@Test
	void anArgumentIsListedAndBoundedInSizeAndDepth() {
		assertThat(cronOf("@daily")).isEqualTo("@daily");
		assertThat(cronOf("*".repeat(2000))).isEqualTo("*".repeat(1001));
		List<Object> nested = List.of();
		for (int i = 0; i < 5000; i++) {
			nested = new ArrayList<>(List.of(nested));
		}
		assertThat(cronOf(nested)).isEqualTo(true);
		assertThat(cronOf(new byte[100_000])).isEqualTo(true);
		assertThat(cronOf(new BigDecimal("1E-255"))).isEqualTo(1e-255);
	}

}
