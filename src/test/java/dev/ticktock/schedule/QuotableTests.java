package dev.ticktock.schedule;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Quotable}.
 */
class QuotableTests {

	@Test
	void whatIsQuotedInALogIsShortAndPrintable() {
		assertThat(Quotable.of("a\nb\u0085c\u2028d\u202ee\ud83df å 日"))
			.isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf å 日");
		assertThat(Quotable.of("x".repeat(100_000))).hasSize(256);
	}

}
