package dev.ticktock.embedded;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Finds out who listens on a port by saying hello in AMQP.
 */
final class BrokerProbe {

	private static final byte[] HELLO = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };

	private static final int METHOD_FRAME = 1;

	private static final int CONNECTION_CLASS = 10;

	private static final int START_METHOD = 10;

	private final Duration patience;

	/**
	 * Creates a probe.
	 * @param patience how long to wait for a connection, and again for an answer
	 */
	BrokerProbe(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Returns who listens.
	 * @throws UnknownHostException if there is no such host
	 */
	Listener listener(String host, int port) throws UnknownHostException {
		int timeout = Math.toIntExact(this.patience.toMillis());
		try (Socket socket = new Socket()) {
			InetSocketAddress address = new InetSocketAddress(host, port);
			if (address.isUnresolved()) {
				throw new UnknownHostException(host);
			}
			if (!connects(socket, address, timeout)) {
				return Listener.NOBODY;
			}
			socket.setSoTimeout(timeout);
			return greets(socket) ? Listener.BROKER : Listener.OTHER;
		}
		catch (UnknownHostException ex) {
			throw ex;
		}
		catch (IOException ex) {
			return Listener.OTHER;
		}
	}

	private static boolean connects(Socket socket, InetSocketAddress address, int timeout) {
		try {
			socket.connect(address, timeout);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * An AMQP 0-9-1 broker answers the header with the method connection.start, one of
	 * another version with the header that it would like to hear.
	 */
	private boolean greets(Socket socket) throws IOException {
		socket.getOutputStream().write(HELLO);
		DataInputStream answer = new DataInputStream(socket.getInputStream());
		if (answer.readUnsignedByte() != METHOD_FRAME || answer.readUnsignedShort() != 0) {
			return false;
		}
		answer.readInt();
		return answer.readUnsignedShort() == CONNECTION_CLASS && answer.readUnsignedShort() == START_METHOD;
	}

	/**
	 * Who listens on a port.
	 */
	enum Listener {

		/** Nobody takes connections, or there is no way there. */
		NOBODY,

		/** An AMQP 0-9-1 broker. */
		BROKER,

		/** Something that does not speak AMQP 0-9-1, or does not speak in time. */
		OTHER

	}

}
