package dev.ticktock.support;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.testcontainers.rabbitmq.RabbitMQContainer;

import org.springframework.util.function.SingletonSupplier;

import static org.assertj.core.api.Assertions.contentOf;

/**
 * The RabbitMQ that tests share which do not harm it. It is the first found of: the one
 * that the system property {@code ticktock.test.rabbitmq} names as an AMQP URI, a
 * container unless a version is chosen, a private node.
 */
public record RabbitMq(String host, int port, String username, String password) {

	private static final String ADDRESS = "ticktock.test.rabbitmq";

	private static final File COMPOSE_FILE = new File("docs/deploy/compose/compose.yaml");

	private static final Pattern IMAGE = Pattern.compile("image: (rabbitmq:\\S+)");

	private static final SingletonSupplier<Optional<RabbitMq>> SHARED = SingletonSupplier
		.of(() -> Optional.ofNullable(search()));

	/**
	 * Returns the RabbitMQ at a port of this machine, with the account that each has.
	 */
	public static RabbitMq local(int port) {
		return new RabbitMq("localhost", port, "guest", "guest");
	}

	/** Returns the shared RabbitMQ, if there is one on this machine. */
	static Optional<RabbitMq> find() {
		return SHARED.obtain();
	}

	/**
	 * Returns the shared RabbitMQ of a test that is skipped where there is none.
	 */
	public static RabbitMq get() {
		return find().orElseThrow(() -> new IllegalStateException("annotate the test with @RequiresRabbitMq"));
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
		return RabbitMqNode.installed() ? local(RabbitMqNode.shared().port()) : null;
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
		return IMAGE.matcher(contentOf(COMPOSE_FILE)).results().findFirst().orElseThrow().group(1);
	}

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
