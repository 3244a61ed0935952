package dev.ticktock.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Finds out whether a broker listens on a port, with the header of AMQP.
 */
final class BrokerProbe {

	/** How long to wait for a connection, and again for an answer. */
	private static final int PATIENCE_MILLIS = 3000;

	private static final byte[] HELLO = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };

	/** A method frame on channel 0, its size, and the method connection.start. */
	private static final Pattern START = Pattern.compile("010000.{8}000a000a");

	private static final int START_LENGTH = 11;

	private BrokerProbe() {
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

	enum Listener {

		/** No connection is accepted. */
		NONE,

		/** An AMQP 0-9-1 broker. */
		BROKER,

		/** Something that does not speak AMQP 0-9-1, or does not speak in time. */
		OTHER

	}

}
