package dev.ticktock.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.ThrowingConsumer;
import org.springframework.util.function.ThrowingSupplier;

/**
 * A port of this machine that leads to another one while it is open. While it is closed,
 * connections are refused and those that were there are cut.
 */
public final class Relay implements AutoCloseable {

	private final int port = FreePort.find();

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Set<Socket> silent = ConcurrentHashMap.newKeySet();

	private volatile @Nullable ServerSocket server;

	/** Creates a relay to a port, which is closed. */
	public Relay(int target) {
		this.target = target;
	}

	public int port() {
		return this.port;
	}

	public Relay open() {
		ServerSocket opened = ThrowingSupplier
			.of(() -> new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress()))
			.get();
		this.server = opened;
		daemon(() -> accept(opened));
		return this;
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
			byte[] buffer = new byte[8192];
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				while (this.silent.contains(from) && this.sockets.contains(from)) {
					Thread.sleep(10);
				}
				out.write(buffer, 0, length);
			}
		}
		catch (IOException | InterruptedException ex) {
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
		Stream.ofNullable(this.server).forEach(ThrowingConsumer.of(ServerSocket::close));
		reset();
	}

	/** Keeps the connections that are there, and passes nothing on. */
	public void silence() {
		this.silent.addAll(this.sockets);
	}

	/** Cuts the connections that are there. */
	public void reset() {
		this.sockets.forEach(ThrowingConsumer.of((socket) -> {
			// Not all at the end: a client that has come back meanwhile is cut by the
			// next.
			this.sockets.remove(socket);
			socket.close();
		}));
	}

	@Override
	public void close() {
		cut();
	}

}
