package dev.ticktock.schedule;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BindingKey}.
 */
class BindingKeyTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			#,               '',             true
			cron.#,          cron,           true
			cron.#,          crontab,        false
			#.5,             5,              true
			cron.#.*,        cron,           false
			#.#,             a.b,            true
			a*,              ab,             false
			*.,              a.,             true
			*,               '',             true
			a..b,            a..b,           true
			a.*.b,           a..b,           true
			""")
	void matchesAsTheBrokerDoes(String key, String event, boolean matches) {
		assertThat(BindingKey.matches(key, event.split("\\.", -1))).isEqualTo(matches);
	}

	@Test
	void anyKeyMatchesAsItsRegularExpressionDoes() {
		Random random = new Random(1);
		for (int i = 0; i < 2000; i++) {
			String key = words(random, "a", "b", "*", "#");
			String event = words(random, "a", "b", "c");
			Pattern pattern = Pattern.compile(Stream.of(key.split("\\."))
				.map((word) -> word.equals("#") ? "(\\.\\w+)*" : word.equals("*") ? "\\.\\w+" : "\\." + word)
				.collect(Collectors.joining()));
			assertThat(BindingKey.hasWildcards(key)).isEqualTo(key.contains("*") || key.contains("#"));
			assertThat(BindingKey.matches(key, event.split("\\."))).as("%s and %s", key, event)
				.isEqualTo(pattern.matcher("." + event).matches());
		}
	}

	private static String words(Random random, String... words) {
		return random.ints(1 + random.nextInt(5), 0, words.length)
			.mapToObj((i) -> words[i])
			.collect(Collectors.joining("."));
	}

}
