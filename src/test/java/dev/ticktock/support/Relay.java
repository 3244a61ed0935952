package dev.ticktock.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * A port of this machine that leads to another one while it is open. While it is closed,
 * connections are refused and those that were there are cut.
 */
public final class Relay implements AutoCloseable {

	private final int port = FreePort.find();

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile @Nullable ServerSocket server;

	/**
	 * Creates a relay that is closed.
	 * @param target the port that it leads to
	 */
	public Relay(int target) {
		this.target = target;
	}

	public int port() {
		return this.port;
	}

	public Relay open() {
		try {
			ServerSocket opened = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress());
			this.server = opened;
			daemon(() -> accept(opened));
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket opened) {
		try {
			while (!opened.isClosed()) {
				connect(opened, opened.accept());
			}
		}
		catch (IOException ex) {
			// Closed.
			return;
		}
	}

	private void connect(ServerSocket opened, Socket client) throws IOException {
		this.sockets.add(client);
		try {
			Socket broker = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.add(broker);
			daemon(() -> copy(client, broker));
			daemon(() -> copy(broker, client));
			// Cut between this connection's beginning and its entry.
			if (opened.isClosed()) {
				client.close();
				broker.close();
			}
		}
		catch (ConnectException ex) {
			client.close();
		}
	}

	private void copy(Socket from, Socket to) {
		try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
			in.transferTo(out);
		}
		catch (IOException ex) {
			// One of the two has gone, so the other goes.
			return;
		}
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "relay");
		thread.setDaemon(true);
		thread.start();
	}

	/** Refuses connections and cuts those that are there. */
	public void cut() {
		try {
			ServerSocket opened = this.server;
			if (opened != null) {
				opened.close();
			}
			reset();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Cuts the connections that are there. */
	public void reset() {
		try {
			for (Socket socket : this.sockets) {
				socket.close();
			}
			this.sockets.clear();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		cut();
	}

}
