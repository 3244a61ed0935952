package dev.ticktock.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.documents.Document;
import dev.ticktock.support.CertificateAuthority;
import dev.ticktock.support.CertificateAuthority.Issued;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * TLS to a broker that is configured as {@code docs/security.md} says, from a TickTock
 * that is too.
 */
@RequiresRabbitMq(privateNode = true)
class TlsIntegrationTests {

	private static final Document SECURITY = Document.of("docs/security.md");

	private static final String PASSWORD = "PASSWORD";

	private static final int PORT = FreePort.find();

	private static final int MANAGEMENT_PORT = FreePort.find();

	@TempDir
	private static Path folder;

	private static CertificateAuthority authority;

	private static CertificateAuthority stranger;

	private static Issued client;

	private static RabbitMqNode node;

	/** What TickTock reads its certificates from. */
	@TempDir
	private Path files;

	private final String exchange = Names.unique("tls");

	@BeforeAll
	static void start() throws Exception {
		authority = CertificateAuthority.create(folder, "ca");
		stranger = CertificateAuthority.create(folder, "stranger");
		authority.issue("tls", "rabbit.example.com", "dns:localhost");
		client = authority.issue("client", "ticktock", "dns:ticktock.example.com");
		List<String> configuration = new ArrayList<>();
		ini("ssl_options").lines().filter((line) -> !line.startsWith("listeners.tcp")).forEach(configuration::add);
		configuration.addAll(ini("auth_mechanisms").lines().toList());
		configuration.add("management.ssl.ip = 127.0.0.1");
		node = new RabbitMqNode(configuration.toArray(String[]::new)).with("rabbitmq_auth_mechanism_ssl").start();
		node.ctl("add_user", "ticktock", PASSWORD);
		node.ctl("set_user_tags", "ticktock", "management");
		node.ctl("set_permissions", "ticktock", ".*", ".*", ".*");
	}

	private static String ini(String containing) {
		return SECURITY.block("ini", containing)
			.text()
			.replace("/etc/rabbitmq/tls", folder.toString())
			.replace("listeners.ssl.default = 5671", "listeners.ssl.default = 127.0.0.1:" + PORT)
			.replace("15671", Integer.toString(MANAGEMENT_PORT));
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	/** Returns the arguments that make TickTock read the block of the document. */
	private List<String> documented(String withKeys) throws IOException {
		copy(authority.certificate(), "ca.crt");
		copy(client.certificate(), "tls.crt");
		copy(client.key(), "tls.key");
		String yaml = SECURITY.block("yaml", "truststore")
			.text()
			.replace("/etc/ticktock/broker", this.files.toString());
		assertThat(yaml).contains("          keystore:\n");
		Files.writeString(this.files.resolve("application.yaml"),
				withKeys.equals("keystore") ? yaml : yaml.replaceFirst("(?s) +keystore:\n.*", ""));
		return List.of("--spring.config.additional-location=file:" + this.files + "/",
				"--spring.rabbitmq.host=localhost", "--spring.rabbitmq.port=" + PORT,
				"--spring.rabbitmq.username=ticktock", "--spring.rabbitmq.password=" + PASSWORD,
				"--spring.ssl.bundle.watch.file.quiet-period=100ms",
				"--ticktock.discovery.management-url=https://localhost:" + MANAGEMENT_PORT,
				"--ticktock.scheduler.exchange=" + this.exchange);
	}

	private void copy(Path from, String to) throws IOException {
		Files.copy(from, this.files.resolve(to), StandardCopyOption.REPLACE_EXISTING);
	}

	@Test
	void theDocumentedFilesLeadToTicksAndRegistrationsOverTlsAlone() throws Exception {
		try (TickTockProcess replica = Replica.start(documented("keystore"))) {
			replica.awaitTicks();
			assertThat(node.ctl("list_connections", "ssl", "user", "auth_mechanism", "peer_cert_subject").lines())
				.filteredOn((line) -> line.contains("ticktock"))
				.isNotEmpty()
				.allSatisfy((line) -> assertThat(line).isEqualTo("true\tticktock\tPLAIN\tCN=ticktock"));
			register("each.hour");
			replica.awaitLog("Workers have registered each.hour");
		}
	}

	private void register(String event) throws Exception {
		try (Connection connection = node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(event + this.exchange, true, false, false, Map.of());
			channel.queueBind(event + this.exchange, this.exchange, event, Map.of("cron", "@hourly"));
		}
	}

	@Test
	void aBrokerOfAnotherAuthorityIsNotTrusted() throws Exception {
		List<String> arguments = documented("keystore");
		copy(stranger.certificate(), "ca.crt");
		try (TickTockProcess replica = Replica.start(arguments)) {
			replica.awaitLog("WARN",
					"Cannot connect to the broker at localhost:" + PORT + " (PKIX path building failed",
					"docs/security.md under \"When TLS fails\"", "; retrying");
			assertThat(node.ctl("list_connections", "user")).doesNotContain("ticktock");
			copy(authority.certificate(), "ca.crt");
			replica.awaitLog("The certificates for the broker have changed");
			replica.awaitTicks();
		}
	}

	@Test
	void aManagementApiOfAnotherNameIsNotTrusted() throws Exception {
		try (TickTockProcess replica = Replica.start(documented("keystore"),
				"--ticktock.discovery.management-url=https://127.0.0.1:" + MANAGEMENT_PORT)) {
			replica.awaitTicks();
			replica.awaitLog("WARN", "no management API answers at https://127.0.0.1:" + MANAGEMENT_PORT,
					"No subject alternative names matching IP address 127.0.0.1 found");
		}
	}

	static Stream<Arguments> faults() {
		String plain = "--spring.rabbitmq.port=" + RabbitMqNode.shared().port();
		String external = "--ticktock.broker.sasl-mechanism=external";
		return Stream.of(
				arguments("another name", "keystore",
						List.of("--spring.rabbitmq.host=127.0.0.1",
								"--ticktock.discovery.management-url=https://127.0.0.1:" + MANAGEMENT_PORT),
						List.of("No subject alternative names matching IP address 127.0.0.1 found", "When TLS fails")),
				arguments("no certificate of its own", "no keystore", List.of(),
						List.of("Cannot connect to the broker", "When TLS fails")),
				arguments("a port without TLS", "keystore",
						List.of(plain,
								"--ticktock.discovery.management-url=https://localhost:"
										+ RabbitMqNode.shared().managementPort()),
						List.of("Unsupported or unrecognized SSL message", "When TLS fails")),
				// A newer broker closes the connection, an older one resets it.
				arguments("no TLS on a port with TLS", "", List.of("--spring.rabbitmq.port=" + PORT),
						List.of("Cannot connect to the broker at localhost:" + PORT)),
				arguments("no login by certificate", "", List.of(plain, external),
						List.of("Enable EXTERNAL at the broker: rabbitmq-plugins enable rabbitmq_auth_mechanism_ssl")),
				arguments("a login by another name", "keystore", List.of(external, "--spring.rabbitmq.username=guest"),
						List.of("authenticated user was 'ticktock'", "Set spring.rabbitmq.username to that name;")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("faults")
	void aFaultHasItsRemedyInTheLogAndNoReplicaLeads(String fault, String withKeys, List<String> arguments,
			List<String> remedies) throws Exception {
		List<String> all = new ArrayList<>(withKeys.isEmpty() ? List.of() : documented(withKeys));
		all.addAll(arguments);
		try (TickTockProcess replica = Replica.start(all)) {
			remedies.forEach(replica::awaitLog);
			assertThat(replica.logged("Became leader")).as(fault).isFalse();
		}
	}

	/** A network that cuts TLS off must not see a password next. */
	@Test
	void nothingIsSentInPlainText() throws Exception {
		List<String> arguments = documented("keystore");
		List<byte[]> greetings = new ArrayList<>();
		try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			String port = Integer.toString(listener.getLocalPort());
			try (TickTockProcess replica = Replica.start(arguments, "--spring.rabbitmq.host=127.0.0.1",
					"--spring.rabbitmq.port=" + port)) {
				for (int attempt = 0; attempt < 4; attempt++) {
					try (Socket socket = listener.accept()) {
						greetings.add(socket.getInputStream().readNBytes(3));
					}
				}
				replica.awaitLog("WARN", "When TLS fails");
			}
		}
		// A record of a handshake, of TLS 1.0 or later.
		assertThat(greetings).hasSize(4).allSatisfy((greeting) -> assertThat(greeting).startsWith(22, 3));
	}

	@Test
	void theCertificateCanBeTheLogin() throws Exception {
		SECURITY.commands("rabbitmqctl", "lister").forEach(node::ctl);
		List<String> arguments = documented("keystore");
		Files.writeString(this.files.resolve("application-external.yaml"),
				SECURITY.block("yaml", "sasl-mechanism").text());
		try (TickTockProcess replica = Replica.start(arguments, "--spring.profiles.active=external",
				"--spring.rabbitmq.password=not-the-password", "--LISTER_PASSWORD=" + PASSWORD)) {
			replica.awaitTicks();
			assertThat(node.ctl("list_connections", "user", "auth_mechanism").lines())
				.filteredOn((line) -> line.startsWith("ticktock"))
				.isNotEmpty()
				.allSatisfy((line) -> assertThat(line).isEqualTo("ticktock\tEXTERNAL"));
			register("each.day");
			replica.awaitLog("Workers have registered each.day");
		}
	}

	@Test
	void aLoginByACertificateWhoseUserDoesNotExistEndsTheStart() throws Exception {
		List<String> arguments = documented("keystore");
		Issued unknown = authority.issue("unknown", "unknown", "dns:unknown.example.com");
		copy(unknown.certificate(), "tls.crt");
		copy(unknown.key(), "tls.key");
		assertThat(Replica.refusal(arguments, "--ticktock.broker.sasl-mechanism=external"))
			.contains("refuses this user or its password (ACCESS_REFUSED")
			.contains("the broker takes the name of the user from the certificate: create that user");
	}

}
