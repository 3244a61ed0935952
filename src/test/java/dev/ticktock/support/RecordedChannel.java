package dev.ticktock.support;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ReturnCallback;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.UnblockedCallback;
import org.jspecify.annotations.Nullable;
import org.mockito.ArgumentCaptor;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willDoNothing;
import static org.mockito.Mockito.mock;

/**
 * A channel without a broker: keeps what is said on it, and says what the test wants the
 * broker to say. For the rules of a protocol; that messages arrive is for a real broker
 * to show.
 */
public final class RecordedChannel {

	private final Connection connection = mock();

	private final Channel channel = mock();

	private final List<Message> published = new ArrayList<>();

	private final ArgumentCaptor<Long> acknowledged = ArgumentCaptor.captor();

	private final ArgumentCaptor<ShutdownListener> shutdownListeners = ArgumentCaptor.captor();

	private final ArgumentCaptor<BlockedCallback> blocked = ArgumentCaptor.captor();

	private final ArgumentCaptor<UnblockedCallback> unblocked = ArgumentCaptor.captor();

	private final ArgumentCaptor<ReturnCallback> returned = ArgumentCaptor.captor();

	private final ArgumentCaptor<ConfirmCallback> accepted = ArgumentCaptor.captor();

	private final ArgumentCaptor<ConfirmCallback> refused = ArgumentCaptor.captor();

	private final ArgumentCaptor<String> queue = ArgumentCaptor.captor();

	private final ArgumentCaptor<Consumer> consumer = ArgumentCaptor.captor();

	private long sequence = 1;

	private int room = Integer.MAX_VALUE;

	private long deliveryTag;

	private @Nullable Error failure;

	/** Creates an open channel, the only one of its connection. */
	public RecordedChannel() throws IOException, InterruptedException, TimeoutException {
		given(this.connection.createChannel()).willReturn(this.channel);
		given(this.channel.getConnection()).willReturn(this.connection);
		given(this.channel.isOpen()).willReturn(true);
		given(this.channel.getNextPublishSeqNo()).willAnswer((call) -> this.sequence);
		given(this.channel.waitForConfirms(anyLong())).willReturn(true);
		given(this.connection.addBlockedListener(this.blocked.capture(), this.unblocked.capture())).willReturn(null);
		given(this.channel.addReturnListener(this.returned.capture())).willReturn(null);
		given(this.channel.addConfirmListener(this.accepted.capture(), this.refused.capture())).willReturn(null);
		willDoNothing().given(this.channel).addShutdownListener(this.shutdownListeners.capture());
		willAnswer((call) -> {
			if (this.failure != null) {
				throw this.failure;
			}
			this.published
				.add(new Message(call.getArgument(0), call.getArgument(1), call.getArgument(3), call.getArgument(4)));
			this.sequence++;
			if (--this.room == 0) {
				block();
			}
			return null;
		}).given(this.channel).basicPublish(anyString(), anyString(), anyBoolean(), any(), any());
		willDoNothing().given(this.channel).basicAck(this.acknowledged.capture(), anyBoolean());
		given(this.channel.basicConsume(this.queue.capture(), anyBoolean(), anyString(), this.consumer.capture()))
			.willReturn("consumer");
	}

	public Channel channel() {
		return this.channel;
	}

	public Connection connection() {
		return this.connection;
	}

	public List<Message> published() {
		return this.published;
	}

	public List<Message> published(String type) {
		return this.published.stream().filter((message) -> type.equals(message.properties().getType())).toList();
	}

	public List<Long> acknowledged() {
		return this.acknowledged.getAllValues();
	}

	public void confirm(long sequence, boolean multiple) throws IOException {
		this.accepted.getValue().handle(sequence, multiple);
	}

	/** Gives a message back that no queue got. */
	public void giveBack() {
		this.returned.getValue()
			.handle(new Return(AMQP.NO_ROUTE, "NO_ROUTE", "", "", new AMQP.BasicProperties(), new byte[0]));
	}

	public void refuse(long sequence, boolean multiple) throws IOException {
		this.refused.getValue().handle(sequence, multiple);
	}

	/** Fails whenever something is published from now on; {@code null} to stop that. */
	public void failWith(@Nullable Error failure) {
		this.failure = failure;
	}

	public void block() throws IOException {
		this.blocked.getValue().handle("low on memory");
	}

	public void blockAfter(int messages) {
		this.room = messages;
	}

	public void unblock() throws IOException {
		this.unblocked.getValue().handle();
	}

	/** Delivers a message to the consumer, and returns its delivery tag. */
	public long deliver(AMQP.BasicProperties properties) throws IOException {
		long tag = ++this.deliveryTag;
		this.consumer.getValue()
			.handleDelivery("consumer", new Envelope(tag, false, "", this.queue.getValue()), properties, new byte[0]);
		return tag;
	}

	public void cancel() throws IOException {
		this.consumer.getValue().handleCancel("consumer");
	}

	public void close(ShutdownSignalException reason) {
		given(this.channel.getCloseReason()).willReturn(reason);
		given(this.channel.isOpen()).willReturn(false);
		this.shutdownListeners.getAllValues().forEach((listener) -> listener.shutdownCompleted(reason));
	}

	/**
	 * A message that was published.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	public record Message(String exchange, String key, AMQP.BasicProperties properties, byte[] body) {

		/** Returns how the broker would deliver it. */
		public Envelope envelope() {
			return new Envelope(1, false, this.exchange, this.key);
		}

	}

}
