package dev.ticktock.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Finds out whether a broker listens on a port, with the header of AMQP.
 */
final class BrokerProbe {

	private static final byte[] HELLO = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };

	/** A method frame on channel 0, its size, and the method connection.start. */
	private static final Pattern START = Pattern.compile("010000.{8}000a000a");

	private static final int START_LENGTH = 11;

	private final int patience;

	/**
	 * Creates a probe.
	 * @param patience how long to wait for a connection, and again for an answer
	 */
	BrokerProbe(Duration patience) {
		this.patience = Math.toIntExact(patience.toMillis());
	}

	/**
	 * Returns the kind of the listener.
	 * @throws UnknownHostException if there is no such host
	 */
	Listener listener(String host, int port) throws UnknownHostException {
		InetAddress address = InetAddress.getByName(host);
		try (Socket socket = new Socket()) {
			if (!connects(socket, new InetSocketAddress(address, port))) {
				return Listener.NOBODY;
			}
			socket.setSoTimeout(this.patience);
			socket.getOutputStream().write(HELLO);
			byte[] answer = socket.getInputStream().readNBytes(START_LENGTH);
			return START.matcher(HexFormat.of().formatHex(answer)).matches() ? Listener.BROKER : Listener.OTHER;
		}
		catch (IOException ex) {
			return Listener.OTHER;
		}
	}

	private boolean connects(Socket socket, InetSocketAddress address) {
		try {
			socket.connect(address, this.patience);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * The result of a probe.
	 */
	enum Listener {

		/** No connection is accepted. */
		NOBODY,

		/** An AMQP 0-9-1 broker. */
		BROKER,

		/** Something that does not speak AMQP 0-9-1, or does not speak in time. */
		OTHER

	}

}
