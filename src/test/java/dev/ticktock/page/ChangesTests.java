package dev.ticktock.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Changes}: how many are told.
 */
class ChangesTests {

	private final Changes changes = new Changes(Object::new);

	@BeforeEach
	void start() {
		this.changes.start();
	}

	@AfterEach
	void close() {
		this.changes.stop();
		this.changes.close();
	}

	@Test
	void thereAreNotMoreStreamsThanTheLimit() {
		List<SseEmitter> streams = new ArrayList<>();
		for (int i = 0; i < Changes.MOST_STREAMS; i++) {
			streams.add(Objects.requireNonNull(this.changes.open()));
		}
		assertThat(streams).doesNotHaveDuplicates();
		assertThat(this.changes.open()).isNull();
		assertThat(this.changes.streams()).isEqualTo(Changes.MOST_STREAMS);
	}

	@Test
	void afterTheStopNobodyIsTold() {
		this.changes.open();
		this.changes.stop();
		assertThat(this.changes.streams()).isZero();
		assertThat(this.changes.open()).isNull();
	}

	@Test
	void aStateThatCannotBeReadEndsNoRound() {
		try (Changes failing = new Changes(() -> {
			throw new IllegalStateException("no state");
		})) {
			failing.start();
			failing.open();
			failing.look();
			assertThat(failing.streams()).isOne();
			failing.stop();
		}
	}

}
