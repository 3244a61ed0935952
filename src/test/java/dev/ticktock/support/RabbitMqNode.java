package dev.ticktock.support;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.ThrowingConsumer;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

/**
 * A RabbitMQ of the test's own, from the installed {@code rabbitmq-server}: on free
 * loopback ports, in a temporary folder, with the management plugin, guest/guest. Can be
 * killed, frozen, restarted and joined to a cluster. The system property
 * {@code ticktock.test.rabbitmq.version} chooses another version, which
 * {@code .ci/rabbitmq} runs, and {@code ticktock.test.rabbitmq.sbin} the folder of
 * another server's scripts.
 */
public final class RabbitMqNode implements AutoCloseable {

	private static final @Nullable String VERSION = System.getProperty("ticktock.test.rabbitmq.version");

	private static final String EPMD = "epmd";

	private static final int EPMD_PORT = FreePort.find();

	private static final Path COOKIE_HOME = ThrowingSupplier.of(RabbitMqNode::cookieHome).get();

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static @Nullable Program epmd;

	private static @Nullable RabbitMqNode shared;

	private static boolean prepared;

	private final String name;

	private final Path folder;

	private final List<String> configuration;

	private final List<String> plugins = new ArrayList<>(List.of("rabbitmq_management"));

	private final int port = FreePort.find();

	private final int managementPort = FreePort.find();

	private final int distributionPort = FreePort.find();

	private @Nullable Program program;

	/**
	 * Creates a node; {@link #start} starts it.
	 * @param configuration lines that are added to its {@code rabbitmq.conf}, with PORT
	 * in the place of its port
	 */
	public RabbitMqNode(String... configuration) {
		this.name = "ticktock" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet() + "@localhost";
		this.folder = ThrowingSupplier.of(() -> Files.createTempDirectory("ticktock-rabbitmq")).get();
		this.configuration = List.of(configuration);
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	/**
	 * Returns a running node that the tests of this JVM share which do it no harm. It
	 * ends with the JVM.
	 */
	public static synchronized RabbitMqNode shared() {
		RabbitMqNode running = shared;
		if (running == null) {
			running = new RabbitMqNode().start();
			shared = running;
		}
		return running;
	}

	/** Adds a plugin to those that the next start enables. */
	public RabbitMqNode with(String plugin) {
		this.plugins.add(plugin);
		return this;
	}

	/** Whether a server is installed on this machine, or a version is chosen. */
	public static boolean installed() {
		return versionIsChosen() || scripts() != null;
	}

	static boolean versionIsChosen() {
		return VERSION != null;
	}

	private static List<String> command(String name, String... arguments) {
		List<String> command = new ArrayList<>();
		if (VERSION != null) {
			String script = Path.of(".ci/rabbitmq").toAbsolutePath().toString();
			prepare(script, VERSION);
			command.addAll(List.of(script, VERSION, name));
		}
		else {
			command.add(name.equals(EPMD) ? name
					: Objects.requireNonNull(scripts(), "no rabbitmq-server is installed").resolve(name).toString());
		}
		command.addAll(Arrays.asList(arguments));
		return command;
	}

	/** Makes the folder of a version on its first use on this machine. */
	private static synchronized void prepare(String script, String version) {
		if (!prepared) {
			Commands.run(script, version);
			prepared = true;
		}
	}

	private static @Nullable Path scripts() {
		String folder = System.getProperty("ticktock.test.rabbitmq.sbin");
		if (folder != null) {
			return Path.of(folder).toAbsolutePath();
		}
		File[] versions = new File("/usr/lib/rabbitmq/lib")
			.listFiles((parent, name) -> name.startsWith("rabbitmq_server-"));
		return Stream.ofNullable(versions)
			.flatMap(Arrays::stream)
			.map((version) -> version.toPath().resolve("sbin"))
			.filter((path) -> Files.isExecutable(path.resolve("rabbitmq-server")))
			.max(Comparator.naturalOrder())
			.orElse(null);
	}

	public RabbitMqNode start() {
		launch();
		awaitUp();
		return this;
	}

	public void launch() {
		startEpmd();
		ThrowingConsumer.of(this::configure).accept(this.folder);
		ProcessBuilder builder = new ProcessBuilder(command("rabbitmq-server"));
		builder.environment().putAll(environment());
		this.program = new Program(builder);
	}

	private void configure(Path folder) throws IOException {
		Files.writeString(folder.resolve("enabled_plugins"), "[%s].".formatted(String.join(",", this.plugins)));
		List<String> lines = new ArrayList<>(
				List.of("listeners.tcp.1 = 127.0.0.1:" + this.port, "management.tcp.ip = 127.0.0.1",
						"management.tcp.port = " + this.managementPort, "loopback_users = none"));
		this.configuration.forEach((line) -> lines.add(line.replace("PORT", Integer.toString(this.port))));
		Files.write(folder.resolve("rabbitmq.conf"), lines);
	}

	/** Waits until the node accepts connections; fails as soon as its process ends. */
	public void awaitUp() {
		running().await("connections to " + this.name,
				() -> assertThat(acceptsConnections())
					.as(() -> "%s accepts connections: %s%nIts log:%n%s".formatted(this.name, this.program, log()))
					.isTrue());
	}

	private boolean acceptsConnections() {
		try (Connection connection = connectionFactory().newConnection("probe")) {
			return connection.isOpen();
		}
		catch (AuthenticationFailureException ex) {
			// Its configuration has another account than guest.
			return true;
		}
		catch (IOException | TimeoutException ex) {
			return false;
		}
	}

	private Map<String, String> environment() {
		return Map.ofEntries(Map.entry("HOME", COOKIE_HOME.toString()), Map.entry("RUNNING_UNDER_SYSTEMD", "true"),
				Map.entry("ERL_CRASH_DUMP", this.folder.resolve("erl_crash.dump").toString()),
				Map.entry("ERL_EPMD_PORT", Integer.toString(EPMD_PORT)), Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
				Map.entry("RABBITMQ_NODENAME", this.name),
				Map.entry("RABBITMQ_DIST_PORT", Integer.toString(this.distributionPort)),
				Map.entry("RABBITMQ_MNESIA_BASE", this.folder.resolve("db").toString()),
				Map.entry("RABBITMQ_LOG_BASE", this.folder.resolve("log").toString()),
				Map.entry("RABBITMQ_CONFIG_FILE", this.folder.resolve("rabbitmq").toString()),
				Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", this.folder.resolve("enabled_plugins").toString()),
				Map.entry("RABBITMQ_CONF_ENV_FILE", this.folder.resolve("none").toString()),
				Map.entry("RABBITMQ_PID_FILE", this.folder.resolve("pid").toString()));
	}

	public void kill() {
		running().kill();
	}

	public void stop() {
		running().terminate();
	}

	public void freeze() {
		running().freeze();
	}

	public void thaw() {
		running().thaw();
	}

	private Program running() {
		return Objects.requireNonNull(this.program, "start it first");
	}

	/** Runs {@code rabbitmqctl} on this node, and returns what it printed. */
	public String ctl(String... arguments) {
		return ctl(List.of(arguments));
	}

	public String ctl(List<String> arguments) {
		List<String> command = command("rabbitmqctl", "-q", "-n", this.name);
		command.addAll(arguments);
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(environment());
		return Commands.run(builder);
	}

	public void join(RabbitMqNode other) {
		ctl("stop_app");
		ctl("join_cluster", other.name);
		ctl("start_app");
		awaitUp();
	}

	public String name() {
		return this.name;
	}

	public int port() {
		return this.port;
	}

	public int managementPort() {
		return this.managementPort;
	}

	/** Returns the arguments that let a TickTock use this node, and further ones. */
	public List<String> arguments(String... more) {
		return arguments(this.managementPort, more);
	}

	/** Returns such arguments, with a relay between TickTock and the management API. */
	public List<String> arguments(int managementPort, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.rabbitmq.port=" + this.port,
				"--ticktock.discovery.management-url=http://localhost:" + managementPort));
		arguments.addAll(List.of(more));
		return arguments;
	}

	/**
	 * Returns a factory of connections to this node, which are not made anew when it has
	 * been away: a consumer that comes back takes what a test waits for elsewhere.
	 */
	public ConnectionFactory connectionFactory() {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(this.port);
		factory.setAutomaticRecoveryEnabled(false);
		factory.setConnectionTimeout(2000);
		factory.setHandshakeTimeout(4000);
		return factory;
	}

	/** Returns what the node wrote into its log, to be shown when a test has failed. */
	private String log() {
		File file = this.folder.resolve("log").resolve(this.name + ".log").toFile();
		return file.exists() ? contentOf(file) : "";
	}

	/** Kills the node if it still runs and deletes its folder. */
	@Override
	public void close() {
		if (this.program != null) {
			this.program.close();
		}
		FileSystemUtils.deleteRecursively(this.folder.toFile());
	}

	/**
	 * Returns a home with a cookie. Nodes that boot at a time would each make one, and
	 * not know each other then.
	 */
	private static Path cookieHome() throws IOException {
		Path home = Files.createTempDirectory("ticktock-erlang");
		Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(home.toFile())));
		Path cookie = home.resolve(".erlang.cookie");
		Files.writeString(cookie, UUID.randomUUID().toString().replace("-", ""));
		Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
		return home;
	}

	/**
	 * Starts the port mapper that the nodes of this JVM share. A node would start one
	 * itself, but as a daemon that stays when the tests have gone.
	 */
	private static synchronized void startEpmd() {
		if (epmd == null) {
			epmd = new Program(
					new ProcessBuilder(command(EPMD, "-port", Integer.toString(EPMD_PORT), "-address", "127.0.0.1")));
		}
	}

}
