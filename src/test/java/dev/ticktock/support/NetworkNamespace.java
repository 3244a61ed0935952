package dev.ticktock.support;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

import org.springframework.util.function.ThrowingSupplier;

/**
 * A host of its own, as far as the network is concerned, on a cable to this one that can
 * be pulled: packets vanish then, and no socket learns of it. Needs Linux and root.
 */
public final class NetworkNamespace implements AutoCloseable {

	/**
	 * Networks that are reserved for examples; of these, one that this machine is not in.
	 */
	private static final List<String> NETWORKS = List.of("203.0.113.", "198.51.100.", "192.0.2.");

	private final String network = unused();

	private final String name = "tt" + ProcessHandle.current().pid();

	private final String cable = this.name + "a";

	public NetworkNamespace() {
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
		ip("netns", "add", this.name);
		ip("link", "add", this.cable, "type", "veth", "peer", "name", "cable", "netns", this.name);
		ip("address", "add", outside() + "/30", "dev", this.cable);
		ip("link", "set", this.cable, "up");
		ip("-n", this.name, "address", "add", this.network + "2/30", "dev", "cable");
		ip("-n", this.name, "link", "set", "cable", "up");
		ip("-n", this.name, "link", "set", "lo", "up");
	}

	/** Whether this machine lets a test make one. */
	public static boolean possible() {
		String probe = "ttprobe" + ProcessHandle.current().pid();
		return Commands.succeeds("ip", "netns", "add", probe) && Commands.succeeds("ip", "netns", "delete", probe);
	}

	private static String unused() {
		List<String> own = ThrowingSupplier.of(NetworkInterface::networkInterfaces)
			.get()
			.flatMap(NetworkInterface::inetAddresses)
			.map(InetAddress::getHostAddress)
			.toList();
		return NETWORKS.stream()
			.filter((network) -> own.stream().noneMatch((address) -> address.startsWith(network)))
			.findFirst()
			.orElseThrow();
	}

	/** Returns the address under which this host is reached from inside. */
	public String outside() {
		return this.network + "1";
	}

	public List<String> prefix() {
		return List.of("ip", "netns", "exec", this.name);
	}

	/** Pulls the cable: packets vanish, in both directions. */
	public void cut() {
		ip("link", "set", this.cable, "down");
	}

	public void mend() {
		ip("link", "set", this.cable, "up");
	}

	@Override
	public void close() {
		// The cable goes with it; the second time there is nothing to delete.
		Commands.succeeds("ip", "netns", "delete", this.name);
	}

	private static void ip(String... arguments) {
		List<String> command = new ArrayList<>(List.of("ip"));
		command.addAll(List.of(arguments));
		Commands.run(command);
	}

}
