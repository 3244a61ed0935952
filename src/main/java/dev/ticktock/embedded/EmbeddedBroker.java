package dev.ticktock.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

import dev.ticktock.discovery.BindingSource;
import dev.ticktock.discovery.Listing;
import dev.ticktock.embedded.BrokerProbe.Listener;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts a broker in this process where the broker is looked for, unless one answers
 * there. Before anything connects; stopped after everything has disconnected.
 */
final class EmbeddedBroker implements SmartLifecycle, BindingSource {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedBroker.class);

	private final String host;

	private final int port;

	private final String username;

	private final String password;

	private final String bindAddress;

	private volatile @Nullable QpidBroker broker;

	private volatile boolean running;

	EmbeddedBroker(String host, int port, String username, String password, String bindAddress) {
		this.host = host;
		this.port = port;
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
		try {
			Listener listener = BrokerProbe.listener(this.host, this.port);
			switch (listener) {
				case BROKER -> logger.info("Using the broker that is running at {}:{}; no embedded broker is started",
						this.host, this.port);
				case OTHER -> throw new InvalidSettingException("spring.rabbitmq.port", this.port,
						"the program that listens at %s:%d is not an AMQP 0-9-1 broker, so TickTock can neither use it nor start an embedded broker there"
							.formatted(this.host, this.port),
						"Stop that program, or set spring.rabbitmq.port to a free port or to the port of a broker (for a broker with TLS, do not use the profile \"embedded\").",
						null);
				case NONE -> startBroker();
			}
			this.running = true;
		}
		catch (UnknownHostException ex) {
			throw new InvalidSettingException("spring.rabbitmq.host", this.host, "there is no such host",
					"Set it to the broker's host, or remove it to use localhost.", ex);
		}
	}

	private void startBroker() throws UnknownHostException {
		InvalidSettingException.unless(InetAddress.getByName(this.host).isLoopbackAddress(), "spring.rabbitmq.host",
				this.host,
				"no broker answers there on port %d, and the embedded broker runs on this machine only"
					.formatted(this.port),
				"Start that broker, or remove spring.rabbitmq.host to use an embedded one on localhost.");
		try {
			this.broker = QpidBroker.start(
					Map.of("embedded.amqp.port", Integer.toString(this.port), "embedded.amqp.address", this.bindAddress,
							"embedded.amqp.username", this.username, "embedded.amqp.password", this.password));
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded broker did not start: " + ex.getMessage(), ex);
		}
		logger.info(
				"No broker at {}:{}; started an embedded one at amqp://{}:{}@{}:{} (in memory, for evaluation only)",
				this.host, this.port, this.username, "guest".equals(this.password) ? "guest" : "***", this.bindAddress,
				this.port);
		if (!InetAddress.getByName(this.bindAddress).isLoopbackAddress()) {
			logger.warn("The embedded broker accepts connections from any host that can reach {}:{}", this.bindAddress,
					this.port);
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

}
