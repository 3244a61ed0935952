package dev.ticktock.missed;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RecentIds}.
 */
class RecentIdsTests {

	@Test
	void theLastOnesAreKnownAndOlderOnesAreForgotten() {
		RecentIds ids = new RecentIds(4);
		for (long id = 10; id < 15; id++) {
			assertThat(ids.add(id)).isTrue();
		}
		for (long id = 11; id < 15; id++) {
			assertThat(ids.add(id)).isFalse();
		}
		assertThat(ids.add(10)).isTrue();
		assertThat(ids.add(11)).isTrue();
	}

	@Test
	void zeroIsAnId() {
		RecentIds ids = new RecentIds(4);
		assertThat(ids.add(0)).isTrue();
		assertThat(ids.add(0)).isFalse();
	}

	/** Few different ids, so that many meet in one place of the table. */
	@Test
	void itKnowsWhatASetWouldKnow() {
		Random random = new Random(4711);
		for (int most : new int[] { 1, 2, 16, 64 }) {
			RecentIds ids = new RecentIds(most);
			Set<Long> model = new LinkedHashSet<>();
			for (int i = 0; i < 20_000; i++) {
				long id = 1L + random.nextInt(3 * most);
				boolean fresh = !model.contains(id);
				if (fresh) {
					if (model.size() == most) {
						model.remove(model.iterator().next());
					}
					model.add(id);
				}
				assertThat(ids.add(id)).isEqualTo(fresh);
			}
		}
	}

	@Test
	void theNumberIsAPowerOfTwo() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RecentIds(100));
	}

}
