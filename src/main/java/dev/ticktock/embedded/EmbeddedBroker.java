package dev.ticktock.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

import dev.ticktock.discovery.BindingSource;
import dev.ticktock.discovery.Listing;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.context.SmartLifecycle;

/**
 * Starts a broker in this process where the broker is looked for, unless one answers
 * there. Before anything connects; stopped after everything has disconnected.
 */
final class EmbeddedBroker implements SmartLifecycle, BindingSource {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedBroker.class);

	/** How long to wait for a connection, and again for an answer. */
	private static final int PATIENCE_MILLIS = 3000;

	/** The header of AMQP 0-9-1. */
	private static final byte[] HELLO = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };

	/** A method frame on channel 0, its size, and the method connection.start. */
	private static final Pattern START = Pattern.compile("010000.{8}000a000a");

	private static final int START_LENGTH = 11;

	private final Address address;

	private final String username;

	private final String password;

	private final String bindAddress;

	private volatile @Nullable QpidBroker broker;

	private volatile boolean running;

	EmbeddedBroker(Address address, String username, String password, String bindAddress) {
		this.address = address;
		this.username = username;
		this.password = password;
		this.bindAddress = bindAddress;
	}

	/**
	 * Uses the broker that answers, or starts one.
	 * @throws InvalidSettingException if something else listens there, or if nothing does
	 * and the host is not this machine
	 */
	@Override
	public void start() {
		String host = this.address.host();
		int port = this.address.port();
		try {
			switch (listener(host, port)) {
				case BROKER ->
					logger.info("Using the broker that is running at {}:{}; no embedded broker is started", host, port);
				case OTHER -> throw new InvalidSettingException("spring.rabbitmq.port", port,
						"the program that listens at %s:%d is not an AMQP 0-9-1 broker, so TickTock can neither use it nor start an embedded broker there"
							.formatted(host, port),
						"Stop that program, or set spring.rabbitmq.port to a free port or to the port of a broker (for a broker with TLS, do not use the profile \"embedded\").",
						null);
				case NONE -> startBroker(host, port);
			}
			this.running = true;
		}
		catch (UnknownHostException ex) {
			throw new InvalidSettingException("spring.rabbitmq.host", host, "there is no such host",
					"Set it to the broker's host, or remove it to use localhost.", ex);
		}
	}

	static Listener listener(String host, int port) throws UnknownHostException {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
		Listener otherwise = Listener.NONE;
		try (Socket socket = new Socket()) {
			socket.connect(address, PATIENCE_MILLIS);
			otherwise = Listener.OTHER;
			socket.setSoTimeout(PATIENCE_MILLIS);
			socket.getOutputStream().write(HELLO);
			byte[] answer = socket.getInputStream().readNBytes(START_LENGTH);
			return START.matcher(HexFormat.of().formatHex(answer)).matches() ? Listener.BROKER : otherwise;
		}
		catch (IOException ex) {
			return otherwise;
		}
	}

	private void startBroker(String host, int port) throws UnknownHostException {
		InvalidSettingException.unless(InetAddress.getByName(host).isLoopbackAddress(), "spring.rabbitmq.host", host,
				"no broker answers there on port %d, and the embedded broker runs on this machine only".formatted(port),
				"Start that broker, or remove spring.rabbitmq.host to use an embedded one on localhost.");
		try {
			this.broker = QpidBroker
				.start(Map.of("embedded.amqp.port", Integer.toString(port), "embedded.amqp.address", this.bindAddress,
						"embedded.amqp.username", this.username, "embedded.amqp.password", this.password));
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded broker did not start: " + ex.getMessage(), ex);
		}
		logger.info(
				"No broker at {}:{}; started an embedded one at amqp://{}:{}@{}:{} (in memory, for evaluation only)",
				host, port, this.username, "guest".equals(this.password) ? "guest" : "***", this.bindAddress, port);
		if (!InetAddress.getByName(this.bindAddress).isLoopbackAddress()) {
			logger.warn("The embedded broker accepts connections from any host that can reach {}:{}", this.bindAddress,
					port);
		}
	}

	@Override
	public @Nullable Listing bindings(String exchange) {
		QpidBroker own = this.broker;
		return (own != null) ? own.bindings(exchange) : null;
	}

	@Override
	public void stop() {
		QpidBroker own = this.broker;
		if (own != null) {
			own.close();
			this.broker = null;
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	/** {@code OTHER} speaks no AMQP 0-9-1, or not in time. */
	enum Listener {

		NONE, BROKER, OTHER

	}

}
