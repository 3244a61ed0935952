package dev.ticktock.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker, and what its greeting says of the broker's kind.
 */
public record BrokerConnection(Connection connection) implements AutoCloseable {

	private static final int CLOSE_TIMEOUT_MILLIS = 2000;

	/**
	 * Opens a channel.
	 * @throws BrokerUnavailableException if the connection has closed or has no channel
	 * left
	 */
	public Channel channel() throws BrokerUnavailableException {
		try {
			Channel channel = this.connection.createChannel();
			if (channel == null) {
				throw new BrokerUnavailableException("The broker allows no more channels", null);
			}
			return channel;
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new BrokerUnavailableException("Cannot open a channel: " + reason(ex), ex);
		}
	}

	/** Describes the broker as a person would: product, version, address. */
	public String describe() {
		String version = property("version");
		return "%s%s at %s:%d".formatted(product(), version.isEmpty() ? "" : " " + version,
				host(this.connection.getAddress()), this.connection.getPort());
	}

	/**
	 * Returns the name that was configured. Asking an address for its name could wait for
	 * a name server.
	 */
	private static String host(InetAddress address) {
		String nameAndNumber = address.toString();
		int slash = nameAndNumber.indexOf('/');
		return (slash > 0) ? nameAndNumber.substring(0, slash) : nameAndNumber.substring(slash + 1);
	}

	/** Whether the connection is to one of the configured addresses. */
	boolean isTo(Address address) {
		return address.getPort() == this.connection.getPort()
				&& address.getHost().equals(host(this.connection.getAddress()));
	}

	public Dialect dialect() {
		return Dialect.of(product());
	}

	/**
	 * Whether a stream gets what a queue dead-letters: RabbitMQ 3.10 drops it, 4.0 is the
	 * oldest version that was seen not to, and other brokers are given the chance.
	 */
	public boolean deadLettersToStreams() {
		return dialect().mayHaveStreams()
				&& !(product().equals("RabbitMQ") && property("version").matches("[0-3]\\..*"));
	}

	private String product() {
		String product = property("product");
		return product.isEmpty() ? "an AMQP broker" : product;
	}

	private String property(String name) {
		Map<String, Object> properties = this.connection.getServerProperties();
		Object value = (properties != null) ? properties.get(name) : null;
		return (value != null) ? value.toString() : "";
	}

	/** Returns the broker's own words where it gave any. */
	public static String reason(Throwable failure) {
		ShutdownSignalException signal = signal(failure);
		if (signal != null && signal.getReason() instanceof AMQP.Channel.Close close) {
			return close.getReplyText();
		}
		if (signal != null && signal.getReason() instanceof AMQP.Connection.Close close) {
			return close.getReplyText();
		}
		Throwable cause = (signal != null) ? signal.getCause() : null;
		if (cause == null && failure.getMessage() == null) {
			cause = failure.getCause();
		}
		if (cause != null) {
			return reason(cause);
		}
		return (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
	}

	/**
	 * Returns the reply code with which the broker closed the channel or the connection;
	 * 0 if it did not.
	 */
	public static int replyCode(Throwable failure) {
		ShutdownSignalException signal = signal(failure);
		Method method = (signal != null) ? signal.getReason() : null;
		if (method instanceof AMQP.Channel.Close close) {
			return close.getReplyCode();
		}
		return (method instanceof AMQP.Connection.Close close) ? close.getReplyCode() : 0;
	}

	/**
	 * Returns whether the client itself ended the connection, because it could not read a
	 * message. All messages before that one have been delivered.
	 */
	public static boolean isUnreadable(ShutdownSignalException signal) {
		Throwable cause = signal.getCause();
		return cause instanceof IllegalStateException || cause instanceof MalformedFrameException
				|| cause instanceof StackOverflowError;
	}

	private static @Nullable ShutdownSignalException signal(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ShutdownSignalException signal) {
				return signal;
			}
		}
		return null;
	}

	/**
	 * Closes the connection and all its channels; what it held is then free for others.
	 * Without memory that can fail. A connection that is no longer watched would keep the
	 * baton for ever, so a failure counts as uncaught.
	 */
	@Override
	public void close() {
		try {
			this.connection.abort(CLOSE_TIMEOUT_MILLIS);
		}
		catch (RuntimeException | Error ex) {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
		}
	}

}
