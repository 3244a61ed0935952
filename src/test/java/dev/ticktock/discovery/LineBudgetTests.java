package dev.ticktock.discovery;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineBudget}.
 */
class LineBudgetTests {

	private final AtomicLong nanos = new AtomicLong(-5);

	private final LineBudget budget = new LineBudget(this.nanos::get);

	@Test
	void someAtOnceAndThenOneNowAndThen() {
		assertThat(this.budget.take(15)).isEqualTo(15);
		assertThat(this.budget.take(10)).isEqualTo(5);
		assertThat(this.budget.take(1)).isZero();
		this.nanos.addAndGet(LineBudget.EACH.toNanos() * 3 / 2);
		assertThat(this.budget.take(10)).isEqualTo(1);
		this.nanos.addAndGet(LineBudget.EACH.toNanos() / 2);
		assertThat(this.budget.take(10)).isEqualTo(1);
	}

	@Test
	void savesNoMoreThanThat() {
		this.nanos.addAndGet(LineBudget.EACH.toNanos() * 10_000);
		assertThat(this.budget.take(10_000)).isEqualTo(LineBudget.AT_ONCE);
	}

}
