package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicPatterns}.
 */
class TopicPatternsTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			cron.minute.5,   cron.minute.5,  true
			cron.minute.5,   cron.minute.15, false
			cron.minute.5,   cron.minute,    false
			cron.*.5,        cron.minute.5,  true
			cron.*,          cron.minute.5,  false
			*.*.*,           cron.minute.5,  true
			*,               cron.minute.5,  false
			#,               cron.minute.5,  true
			#,               '',             true
			cron.#,          cron,           true
			cron.#,          cron.minute.5,  true
			cron.#,          crontab,        false
			#.5,             cron.minute.5,  true
			#.5,             5,              true
			#.minute.#,      cron.minute.5,  true
			#.minute.#,      minute,         true
			#.hour.#,        cron.minute.5,  false
			cron.#.*,        cron,           false
			cron.#.*,        cron.minute.5,  true
			#.#,             a.b,            true
			a*,              ab,             false
			*.,              a.,             true
			*,               '',             true
			a..b,            a..b,           true
			a.*.b,           a..b,           true
			""")
	void matchesAsTheBrokerDoes(String key, String event, boolean matches) {
		assertThat(found(event, key)).isEqualTo(matches ? List.of(key) : List.of());
	}

	@ParameterizedTest
	@CsvSource({ "cron.*.5,true", "#,true", "cron.#,true", "cron.minute.5,false", "cron*,false", "a#b,false",
			"'',false" })
	void aWildcardIsAWordOfItsOwn(String key, boolean wildcards) {
		assertThat(TopicPatterns.hasWildcards(key)).isEqualTo(wildcards);
	}

	@Test
	void manyKeysMatchAsEachDoes() {
		String[] keys = keys("a", "b", "*", "#");
		Random random = new Random(1);
		for (int i = 0; i < 100; i++) {
			String[] some = random.ints(20, 0, keys.length).mapToObj((at) -> keys[at]).toArray(String[]::new);
			for (String event : keys("a", "b", "")) {
				assertThat(found(event, some)).as("of %s for '%s'", List.of(some), event)
					.containsExactlyInAnyOrderElementsOf(
							Stream.of(some).filter((key) -> !found(event, key).isEmpty()).toList());
			}
		}
	}

	/** Returns all keys of up to four of these words. */
	private static String[] keys(String... words) {
		List<String> keys = new ArrayList<>(List.of(words));
		for (int i = 0; keys.get(i).split("\\.", -1).length < 4; i++) {
			for (String word : words) {
				keys.add(keys.get(i) + "." + word);
			}
		}
		return keys.toArray(String[]::new);
	}

	@Test
	void whoHasEnoughGetsNoMore() {
		TopicPatterns<Integer> patterns = new TopicPatterns<>();
		IntStream.range(0, 10).forEach((i) -> patterns.add("#", i));
		List<Integer> found = new ArrayList<>();
		patterns.match("a", 100, (each) -> {
			found.add(each);
			return found.size() < 3;
		});
		assertThat(found).containsExactly(0, 1, 2);
	}

	@Test
	void aCostlyEventIsGivenUp() {
		TopicPatterns<Integer> patterns = new TopicPatterns<>();
		IntStream.range(0, 1000).forEach((i) -> patterns.add("#.a.".repeat(20) + "*.".repeat(i % 50) + i, i));
		String event = "a" + ".a".repeat(120);
		assertThat(patterns.match(event, 1000, (each) -> true)).isEqualTo(1001);
		assertThat(patterns.match("b.c", 1000, (each) -> true)).isLessThan(10);
	}

	private static List<String> found(String event, String... keys) {
		TopicPatterns<String> patterns = new TopicPatterns<>();
		Stream.of(keys).forEach((key) -> patterns.add(key, key));
		List<String> found = new ArrayList<>();
		patterns.match(event, Integer.MAX_VALUE, found::add);
		return found;
	}

	@Test
	void whatHasNoRoomIsLeftOut() {
		TopicPatterns<Integer> patterns = new TopicPatterns<>();
		patterns.add("a.*", -1);
		assertThat(patterns.isWhole()).isTrue();
		IntStream.range(0, 3000).forEach((i) -> patterns.add(i + ".a".repeat(120) + ".*", i));
		assertThat(patterns.isWhole()).isFalse();
		List<Integer> found = new ArrayList<>();
		patterns.add("a.*", -2);
		patterns.match("a.b", 100, found::add);
		patterns.match(2999 + ".a".repeat(121), 1000, found::add);
		assertThat(found).containsExactly(-1, -2);
	}

}
