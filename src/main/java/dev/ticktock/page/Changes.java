package dev.ticktock.page;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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
final class Changes implements SmartLifecycle, AutoCloseable {

	/** How many pages are told; the others ask from time to time. */
	static final int MOST_STREAMS = 100;

	private static final Logger logger = LoggerFactory.getLogger(Changes.class);

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private static final Duration LIFE = Duration.ofMinutes(5);

	/** After so many rounds without a change, a page is told that it still hears. */
	private static final int SILENT_ROUNDS = 50;

	private final Supplier<Object> state;

	private final Set<SseEmitter> streams = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "page");
		thread.setDaemon(true);
		return thread;
	});

	private volatile @Nullable ScheduledFuture<?> rounds;

	private @Nullable Object told;

	private int silent;

	/**
	 * Creates an instance.
	 * @param state returns what is equal as long as nothing has changed
	 */
	Changes(Supplier<Object> state) {
		this.state = state;
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

	/** Tells of a change since the last call; called by one thread. */
	void look() {
		try {
			if (this.streams.isEmpty()) {
				return;
			}
			Object now = this.state.get();
			boolean changed = !now.equals(this.told);
			this.told = now;
			if (changed) {
				this.silent = 0;
				this.streams.forEach((stream) -> send(stream, event("changed")));
			}
			else if (++this.silent >= SILENT_ROUNDS) {
				this.silent = 0;
				this.streams.forEach((stream) -> send(stream, event("still")));
			}
		}
		catch (RuntimeException ex) {
			// An executor would end the rounds.
			logger.debug("A change could not be told", ex);
		}
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
		this.rounds = this.executor.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	/**
	 * Ends every stream. The default phase is the last, which is stopped first, so that
	 * the web server does not wait for these requests to end.
	 */
	@Override
	public void stop() {
		ScheduledFuture<?> running = this.rounds;
		this.rounds = null;
		if (running != null) {
			running.cancel(false);
		}
		this.streams.forEach(SseEmitter::complete);
		this.streams.clear();
	}

	@Override
	public boolean isRunning() {
		return this.rounds != null;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
