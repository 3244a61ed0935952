package dev.ticktock.page;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells every open page that something has changed, at most five times a second; the page
 * then asks for what it shows. Safe for use by several threads.
 *
 * <p>
 * No stream has a thread: one thread looks for changes and writes to all. A write must
 * not wait for a client that does not read. Therefore a stream ends after some minutes,
 * which a browser answers by opening another one: what is written until then fits into
 * the buffers of a connection.
 */
final class Changes implements SmartLifecycle {

	/** How many pages are told; the others ask from time to time. */
	static final int MOST_STREAMS = 100;

	private static final Logger logger = LoggerFactory.getLogger(Changes.class);

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final Duration LIFE = Duration.ofMinutes(5);

	/** After so many rounds without a change, a page is told that it still hears. */
	private static final int SILENT_ROUNDS = 50;

	private final Supplier<Object> state;

	private final Set<SseEmitter> streams = ConcurrentHashMap.newKeySet();

	private final Heart heart;

	private final Throttle faults;

	private volatile CountDownLatch stopped = new CountDownLatch(0);

	private @Nullable Object told;

	private int silent;

	/**
	 * Creates an instance.
	 * @param state returns what is equal as long as nothing has changed
	 */
	Changes(Supplier<Object> state, Uptime uptime, Hearts hearts) {
		this.state = state;
		this.heart = hearts.of("page");
		this.faults = new Throttle(uptime, PAUSE);
	}

	/**
	 * Opens a stream; {@code null} if there are too many, or this is not running.
	 */
	@Nullable SseEmitter open() {
		if (!isRunning() || this.streams.size() >= MOST_STREAMS) {
			return null;
		}
		SseEmitter stream = new SseEmitter(LIFE.toMillis());
		stream.onCompletion(() -> this.streams.remove(stream));
		stream.onTimeout(stream::complete);
		stream.onError((ex) -> this.streams.remove(stream));
		this.streams.add(stream);
		if (!isRunning()) {
			stream.complete();
		}
		// What changed while the page was on its way here.
		send(stream, event("changed"));
		return stream;
	}

	private void run(CountDownLatch end) {
		try {
			do {
				this.heart.beat(INTERVAL);
				lookOnce();
				this.heart.beat(INTERVAL);
			}
			while (!end.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			logger.debug("Stopped telling pages of changes");
		}
		this.heart.stop();
	}

	/** Must not fail, whatever happens: with it the thread would end. */
	private void lookOnce() {
		try {
			look();
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void failed(Throwable fault) {
		try {
			this.faults.take((held) -> logger.error(
					"Unexpected failure; looking for changes again. {} more failures since the last such line", held,
					fault));
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next one may.
			return;
		}
	}

	/** Tells of a change since the last call; called by one thread. */
	void look() {
		if (this.streams.isEmpty()) {
			return;
		}
		Object now = this.state.get();
		boolean changed = !now.equals(this.told);
		this.told = now;
		if (changed) {
			tell("changed");
		}
		else if (++this.silent >= SILENT_ROUNDS) {
			tell("still");
		}
	}

	/** Whoever does not read what is written to him is no reason to restart. */
	private void tell(String name) {
		this.silent = 0;
		this.heart.rest();
		this.streams.forEach((stream) -> send(stream, event(name)));
	}

	private static SseEmitter.SseEventBuilder event(String name) {
		return SseEmitter.event().name(name).data(name);
	}

	private void send(SseEmitter stream, SseEmitter.SseEventBuilder event) {
		try {
			stream.send(event);
		}
		catch (IOException | IllegalStateException ex) {
			// The page was closed.
			this.streams.remove(stream);
		}
	}

	int streams() {
		return this.streams.size();
	}

	@Override
	public void start() {
		CountDownLatch end = new CountDownLatch(1);
		this.stopped = end;
		Thread started = new Thread(() -> run(end), "page");
		started.setDaemon(true);
		started.start();
	}

	/**
	 * Ends every stream. The default phase is the last, which is stopped first, so that
	 * the web server does not wait for these requests to end.
	 */
	@Override
	public void stop() {
		this.stopped.countDown();
		this.streams.forEach(SseEmitter::complete);
		this.streams.clear();
	}

	@Override
	public boolean isRunning() {
		return this.stopped.getCount() > 0;
	}

}
