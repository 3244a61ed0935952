package dev.ticktock.discovery;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicPattern}.
 */
class TopicPatternTests {

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
		assertThat(TopicPattern.of(key).matches(event)).isEqualTo(matches);
	}

	@ParameterizedTest
	@CsvSource({ "cron.*.5,true", "#,true", "cron.#,true", "cron.minute.5,false", "cron*,false", "a#b,false",
			"'',false" })
	void aWildcardIsAWordOfItsOwn(String key, boolean wildcards) {
		assertThat(TopicPattern.hasWildcards(key)).isEqualTo(wildcards);
	}

}
