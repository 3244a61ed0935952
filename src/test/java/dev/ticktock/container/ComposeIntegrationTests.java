package dev.ticktock.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Docker;
import dev.ticktock.support.Docker.Container;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The commands of {@code docs/deploy/README.md} for Compose, up to the one that removes
 * everything. Only the ports of the host differ.
 */
class ComposeIntegrationTests {

	private static final Path FOLDER = Path.of("docs/deploy/compose");

	private static final String PROJECT = "ticktock-test";

	private static final int SLOTS_AFTER_THE_KILL = 10;

	@Test
	void oneReplicaIsKilledAndTheWorkerMissesNothing(@TempDir Path folder) throws Exception {
		Docker.image();
		int amqp = FreePort.find();
		// Beside the file in a copy of its folder, as a user writes it.
		try (Stream<Path> files = Files.list(FOLDER)) {
			for (Path file : files.toList()) {
				Files.copy(file, folder.resolve(file.getFileName()));
			}
		}
		Files.writeString(folder.resolve("account.conf"), "default_pass = secret\n");
		Path file = folder.resolve("compose.yaml");
		Files.writeString(file,
				Files.readString(file)
					.replace("127.0.0.1:5672:", "127.0.0.1:%d:".formatted(amqp))
					.replace("127.0.0.1:15672:", "127.0.0.1:%d:".formatted(FreePort.find()))
					.replace("127.0.0.1:8080-8081:", "127.0.0.1::")
					.replace("../../..", Path.of("").toAbsolutePath().toString()));
		List<String> compose = List.of("docker-compose", "-p", PROJECT, "-f", file.toString());
		try {
			run(compose, "up", "-d");
			run(compose, "exec", "-T", "broker", "rabbitmqctl", "add_user", "report", "PASSWORD");
			run(compose, "exec", "-T", "broker", "rabbitmqctl", "set_permissions", "report", "^report.*", "^report.*",
					"^(report.*|cron\\.schedule)$");
			List<Container> replicas = run(compose, "ps", "-q", "ticktock").lines().map(Container::new).toList();
			assertThat(replicas).hasSize(2).allSatisfy((replica) -> replica.awaitHealth("healthy"));
			try (Connection connection = new RabbitMq("localhost", amqp, "report", "PASSWORD").connect()) {
				connection.createChannel().queueDeclare("report", true, false, false, Map.of());
				connection.createChannel()
					.queueBind("report", "cron.schedule", "report.often", Map.of("cron", "* * * * * *"));
				Recorder worker = new Recorder(connection, "report");
				worker.await(2, PATIENCE);
				leader(replicas).kill();
				worker.await(worker.receipts().size() + SLOTS_AFTER_THE_KILL, PATIENCE);
				Recorder.assertGapless(worker.receipts(), Duration.ofSeconds(1));
			}
		}
		finally {
			run(compose, "down", "-v");
		}
		for (String list : List.of("container ls -a", "volume ls", "network ls")) {
			assertThat(run(List.of(("docker " + list).split(" ")), "-q", "--filter",
					"label=com.docker.compose.project=" + PROJECT))
				.isEmpty();
		}
	}

	private static Container leader(List<Container> replicas) {
		return Patience.await("a leader")
			.until(() -> replicas.stream()
				.filter((replica) -> replica.log().stream().anyMatch((line) -> line.contains("Became leader")))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	private static String run(List<String> compose, String... arguments) {
		List<String> command = new ArrayList<>(compose);
		command.addAll(List.of(arguments));
		return Docker.run(command.toArray(String[]::new));
	}

}
