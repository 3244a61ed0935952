package dev.ticktock;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LastResort}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LastResortTests {

	private final List<Integer> exits = new ArrayList<>();

	private final LastResort lastResort = new LastResort(this.exits::add);

	@Test
	void anErrorThatEndsAThreadEndsTheProcess(CapturedOutput output) throws InterruptedException {
		Thread thread = new Thread(() -> {
			throw new OutOfMemoryError("as if");
		}, "journal");
		thread.setUncaughtExceptionHandler(this.lastResort);
		thread.start();
		thread.join();
		assertThat(this.exits).containsExactly(LastResort.EXIT_CODE);
		assertThat(output).contains("The thread \"journal\" has ended; exiting with code 70",
				"OutOfMemoryError: as if");
	}

	@Test
	void anErrorThatCannotBeToldEndsTheProcessToo() {
		Error fault = new StackOverflowError() {
			@Override
			public String getMessage() {
				throw new LinkageError("it cannot even be told");
			}
		};
		assertThatExceptionOfType(LinkageError.class)
			.isThrownBy(() -> this.lastResort.uncaughtException(Thread.currentThread(), fault));
		assertThat(this.exits).containsExactly(LastResort.EXIT_CODE);
	}

	@Test
	void anExceptionIsOnlyLogged(CapturedOutput output) {
		this.lastResort.uncaughtException(Thread.currentThread(), new IllegalStateException("as if"));
		assertThat(this.exits).isEmpty();
		assertThat(output).contains("Unexpected failure; the thread \"", "IllegalStateException: as if");
	}

}
