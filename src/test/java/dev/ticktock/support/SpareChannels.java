package dev.ticktock.support;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The channels that are opened on a connection without a broker, besides the first: a
 * test says what is in the queues and which events are taken.
 */
public final class SpareChannels {

	private final Connection connection;

	private final List<RecordedChannel> opened = new ArrayList<>();

	private final List<String> looks = new ArrayList<>();

	private final Map<String, Integer> ready = new HashMap<>();

	private final Map<String, Integer> refusals = new HashMap<>();

	private final Map<String, Unanswered> unanswered = new HashMap<>();

	private final Set<String> refused = new HashSet<>();

	private boolean silent;

	private Runnable eachLook = () -> {
	};

	/**
	 * Gives a connection channels on which every event is taken.
	 */
	public SpareChannels(Connection connection) throws IOException {
		this.connection = connection;
		given(connection.isOpen()).willReturn(true);
		given(connection.createChannel()).willAnswer((call) -> open());
	}

	private Channel open() throws IOException, InterruptedException, TimeoutException {
		RecordedChannel channel = new RecordedChannel(this.connection);
		if (!this.silent) {
			channel.answerEach((event) -> !this.refused.contains(event));
		}
		given(channel.channel().asyncCompletableRpc(any()))
			.willAnswer((call) -> look(channel, ((AMQP.Queue.Declare) call.getArgument(0)).getQueue()));
		this.opened.add(channel);
		return channel.channel();
	}

	private CompletableFuture<Command> look(RecordedChannel channel, String queue) {
		this.looks.add(queue);
		this.eachLook.run();
		Integer code = this.refusals.get(queue);
		if (code != null) {
			ShutdownSignalException refusal = new ShutdownSignalException(false, false,
					new AMQP.Channel.Close.Builder().replyCode(code).replyText("no").build(), null);
			channel.close(refusal);
			return CompletableFuture.failedFuture(refusal);
		}
		Unanswered later = this.unanswered.get(queue);
		return (later != null) ? later : CompletableFuture.completedFuture(answer(queue));
	}

	private Command answer(String queue) {
		Command command = mock();
		given(command.getMethod()).willReturn(new AMQP.Queue.DeclareOk.Builder().queue(queue)
			.messageCount(this.ready.getOrDefault(queue, 0))
			.build());
		return command;
	}

	/** Says how many messages a queue has ready; none, if nothing is said. */
	public void ready(String queue, int messages) {
		this.ready.put(queue, messages);
	}

	/** Says that whoever looks into a queue is refused, with a reply code. */
	public void hide(String queue, int code) {
		this.refusals.put(queue, code);
	}

	/** Says that nobody is refused who looks into a queue. */
	public void show(String queue) {
		this.refusals.remove(queue);
	}

	/**
	 * Says that the broker does not answer who looks into a queue.
	 * @param waiting told for how long the one who looks has waited
	 */
	public void holdBack(String queue, Consumer<Duration> waiting) {
		this.unanswered.put(queue, new Unanswered(waiting));
	}

	/** Says what happens while the broker answers somebody who looks into a queue. */
	public void eachLook(Runnable action) {
		this.eachLook = action;
	}

	/** Says that the broker answers now. */
	public void answerNow(String queue) {
		Unanswered later = this.unanswered.remove(queue);
		if (later != null) {
			later.complete(answer(queue));
		}
	}

	/** Says that an event is refused on these channels, too. */
	public void refuse(String event) {
		this.refused.add(event);
	}

	/** Says that an event is taken on these channels. */
	public void take(String event) {
		this.refused.remove(event);
	}

	/** Says that nothing is confirmed on the channels that are opened from now on. */
	public void confirmNothing() {
		this.silent = true;
	}

	/** Closes all channels, as if the broker did. */
	public void closeAll() {
		this.opened.forEach((channel) -> channel.close(new ShutdownSignalException(false, false,
				new AMQP.Channel.Close.Builder().replyCode(AMQP.NOT_FOUND).replyText("no exchange").build(), null)));
	}

	/** Returns the events of what was published on these channels, channel by channel. */
	public List<String> published() {
		return this.opened.stream()
			.flatMap((channel) -> channel.published().stream())
			.map(RecordedChannel.Message::key)
			.toList();
	}

	/** Returns the ids of what was published on these channels, channel by channel. */
	public List<String> ids() {
		return this.opened.stream()
			.flatMap((channel) -> channel.published().stream())
			.map((message) -> message.properties().getMessageId())
			.toList();
	}

	/** Returns the queues that were looked into, in order. */
	public List<String> looks() {
		return this.looks;
	}

	/** Counts the channels that something was published on. */
	public long publishing() {
		return this.opened.stream().filter((channel) -> !channel.published().isEmpty()).count();
	}

	/**
	 * An answer that nobody really waits for.
	 */
	private static final class Unanswered extends CompletableFuture<Command> {

		private final Consumer<Duration> waiting;

		Unanswered(Consumer<Duration> waiting) {
			this.waiting = waiting;
		}

		@Override
		public Command get(long timeout, TimeUnit unit)
				throws InterruptedException, ExecutionException, TimeoutException {
			if (!isDone()) {
				this.waiting.accept(Duration.of(timeout, unit.toChronoUnit()));
			}
			return super.get(0, unit);
		}

	}

}
