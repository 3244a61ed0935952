package dev.ticktock.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Stopped;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Changes}: how many are told, and what does not end the thread.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChangesTests {

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private volatile Supplier<Object> state = Object::new;

	private final Changes changes = new Changes(() -> this.state.get(), this.uptime, this.hearts);

	@BeforeEach
	void start() {
		this.changes.start();
	}

	@AfterEach
	void stop() {
		this.changes.stop();
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
	void afterTheStopNobodyIsToldAndTheThreadEnds() {
		this.changes.open();
		await(() -> assertThat(this.hearts.threads()).containsExactly("page"));
		this.changes.stop();
		assertThat(this.changes.streams()).isZero();
		assertThat(this.changes.open()).isNull();
		await(() -> assertThat(this.hearts.threads()).isEmpty());
	}

	@Test
	void whateverIsThrownTheThreadGoesOnAndSaysSoOnce(CapturedOutput output) {
		AtomicInteger asked = new AtomicInteger();
		this.state = () -> {
			if (asked.incrementAndGet() % 2 == 0) {
				throw new IllegalStateException("as if");
			}
			throw new StackOverflowError("as if");
		};
		this.changes.open();
		await(() -> assertThat(asked).hasValueGreaterThan(3));
		assertThat(this.changes.streams()).isOne();
		assertThat(output).containsOnlyOnce("Unexpected failure; looking for changes again");
	}

	@Test
	void aThreadThatHangsHasStopped() {
		CountDownLatch hangs = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		this.state = () -> {
			hangs.countDown();
			awaitUninterruptibly(end);
			return "";
		};
		this.changes.open();
		awaitUninterruptibly(hangs);
		this.uptime.pass(Duration.ofMinutes(3));
		assertThat(this.hearts.stopped()).extracting(Stopped::name).containsExactly("page");
		end.countDown();
		await(() -> assertThat(this.hearts.stopped()).isEmpty());
	}

	/** Or else anybody who can open the page could have TickTock restarted. */
	@Test
	void aThreadThatWaitsForAPageToReadHasNotStopped() {
		SseEmitter stream = Objects.requireNonNull(this.changes.open());
		CountDownLatch writing = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		// Whoever writes to a stream holds its lock.
		Thread writer = new Thread(() -> send(stream, writing, end));
		writer.start();
		awaitUninterruptibly(writing);
		await(() -> assertThat(pageThread().getStackTrace()).extracting(StackTraceElement::getClassName)
			.contains(SseEmitter.class.getName()));
		this.uptime.pass(Duration.ofMinutes(3));
		assertThat(this.hearts.stopped()).isEmpty();
		end.countDown();
	}

	private static void send(SseEmitter stream, CountDownLatch writing, CountDownLatch end) {
		SseEmitter.SseEventBuilder event = mock();
		given(event.build()).willReturn(new AbstractSet<>() {
			@Override
			public Iterator<DataWithMediaType> iterator() {
				return Collections.emptyIterator();
			}

			@Override
			public int size() {
				writing.countDown();
				awaitUninterruptibly(end);
				return 0;
			}
		});
		try {
			stream.send(event);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Thread pageThread() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("page"))
			.findFirst()
			.orElseThrow();
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
