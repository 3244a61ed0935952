package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/**
 * The RabbitMQ that tests share which do not harm it. It is the first found of: the one
 * that the system property {@code ticktock.test.rabbitmq} names as an AMQP URI, a
 * container unless a version is chosen, a private node.
 */
public record RabbitMq(String host, int port, String username, String password) {

	private static final String ADDRESS = "ticktock.test.rabbitmq";

	private static final Path COMPOSE_FILE = Path.of("docs/deploy/compose/compose.yaml");

	private static final Pattern IMAGE = Pattern.compile("image: (rabbitmq:\\S+)");

	private static @Nullable RabbitMq shared;

	private static boolean searched;

	/**
	 * Returns the shared RabbitMQ; {@code null} if there is none on this machine.
	 */
	public static synchronized @Nullable RabbitMq find() {
		if (!searched) {
			searched = true;
			shared = search();
		}
		return shared;
	}

	/**
	 * Returns the shared RabbitMQ of a test that is skipped where there is none.
	 */
	public static RabbitMq get() {
		RabbitMq found = find();
		if (found == null) {
			throw new IllegalStateException("annotate the test with @RequiresRabbitMq");
		}
		return found;
	}

	private static @Nullable RabbitMq search() {
		String address = System.getProperty(ADDRESS);
		if (address != null) {
			return at(address);
		}
		RabbitMq container = (dockerIsThere() && !RabbitMqNode.versionIsChosen()) ? container() : null;
		if (container != null) {
			return container;
		}
		if (RabbitMqNode.installed()) {
			return new RabbitMq("localhost", RabbitMqNode.shared().port(), "guest", "guest");
		}
		return null;
	}

	private static RabbitMq at(String address) {
		try {
			ConnectionFactory factory = new ConnectionFactory();
			factory.setUri(address);
			return new RabbitMq(factory.getHost(), factory.getPort(), factory.getUsername(), factory.getPassword());
		}
		catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException ex) {
			throw new IllegalStateException("%s = \"%s\" is no AMQP URI".formatted(ADDRESS, address), ex);
		}
	}

	private static boolean dockerIsThere() {
		return System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
	}

	@SuppressWarnings("resource")
	private static @Nullable RabbitMq container() {
		try {
			RabbitMQContainer container = new RabbitMQContainer(image());
			container.start();
			return new RabbitMq(container.getHost(), container.getAmqpPort(), container.getAdminUsername(),
					container.getAdminPassword());
		}
		catch (RuntimeException ex) {
			System.err.println("No RabbitMQ container: " + ex.getMessage());
			return null;
		}
	}

	/** Returns the image of the Compose file, so that users and tests have the same. */
	private static String image() {
		try {
			return IMAGE.matcher(Files.readString(COMPOSE_FILE)).results().findFirst().orElseThrow().group(1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Opens a connection. */
	public Connection connect() throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost(this.host);
		factory.setPort(this.port);
		factory.setUsername(this.username);
		factory.setPassword(this.password);
		return factory.newConnection("test");
	}

	/** Returns the arguments that let TickTock use this broker. */
	public List<String> arguments() {
		return List.of("--spring.rabbitmq.host=" + this.host, "--spring.rabbitmq.port=" + this.port,
				"--spring.rabbitmq.username=" + this.username, "--spring.rabbitmq.password=" + this.password);
	}

}
