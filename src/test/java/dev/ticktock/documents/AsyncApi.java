package dev.ticktock.documents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.Skipped;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileCopyUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The program in src/test/asyncapi, which checks docs/asyncapi.yaml, and messages against
 * it. npm brings what it needs, once for each lock file.
 */
final class AsyncApi {

	static final Path DOCUMENT = Path.of("docs/asyncapi.yaml");

	private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {
	};

	private static final Path SOURCE = Path.of("src/test/asyncapi");

	private static final Path FOLDER = Path.of("target/asyncapi");

	private static final String LOCK = "package-lock.json";

	private AsyncApi() {
	}

	/**
	 * Installs the program. Skips the test where there is no npm.
	 */
	static void install() throws IOException, InterruptedException {
		Files.createDirectories(FOLDER);
		Path lock = FOLDER.resolve(LOCK);
		boolean installed = Files.exists(FOLDER.resolve("node_modules/.package-lock.json")) && Files.exists(lock)
				&& Files.mismatch(lock, SOURCE.resolve(LOCK)) == -1;
		for (String file : List.of(".npmrc", "package.json", LOCK, "check.mjs")) {
			Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
		}
		if (!installed) {
			try {
				Result result = run("", "npm", "ci");
				assertThat(result.exitCode()).as(result.output()).isZero();
			}
			catch (IOException ex) {
				throw Skipped.without("npm", "npm");
			}
		}
	}

	/**
	 * Checks a document with its examples, and messages against it.
	 * @return the problems, one a line; empty if there is none
	 */
	static String problems(Path document, List<Map<String, ?>> messages) throws IOException, InterruptedException {
		String input = messages.stream().map(JsonMapper.shared()::writeValueAsString).collect(Collectors.joining("\n"));
		Result result = run(input, "node", "check.mjs", document.toAbsolutePath().toString());
		if (result.exitCode() != 0) {
			return result.output();
		}
		assertThat(result.output()).matches("\\d+ checked\n");
		assertThat(Integer.parseInt(result.output().replaceAll("\\D", ""))).isGreaterThan(messages.size());
		return "";
	}

	private static Result run(String input, String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
		try (var stream = process.getOutputStream()) {
			stream.write(input.getBytes(StandardCharsets.UTF_8));
		}
		String output = FileCopyUtils.copyToString(process.inputReader());
		return new Result(process.waitFor(), output);
	}

	/** Returns what a schema of the document has as examples. */
	static List<Map<String, Object>> examples(String schema) throws IOException {
		List<Map<String, Object>> examples = new ArrayList<>();
		JsonNode root = JsonMapper.shared().valueToTree(new Yaml().<Object>load(Files.readString(DOCUMENT)));
		root.at("/components/schemas/" + schema + "/examples")
			.forEach((example) -> examples.add(JsonMapper.shared().convertValue(example, MAP)));
		return examples;
	}

	/**
	 * Returns a message that came as the program takes it.
	 * @param name the message in the document that it should be
	 */
	static Map<String, ?> message(String name, Receipt receipt) {
		AMQP.BasicProperties properties = receipt.properties();
		Map<String, Object> message = new LinkedHashMap<>();
		message.put("message", name);
		message.put("headers", json((properties.getHeaders() != null) ? properties.getHeaders() : Map.of()));
		message.put("properties", properties(properties));
		message.put("payload", JsonMapper.shared().readTree(receipt.body()));
		return message;
	}

	private static Map<String, Object> properties(AMQP.BasicProperties properties) {
		Map<String, Object> all = new LinkedHashMap<>();
		Date timestamp = properties.getTimestamp();
		put(all, "content_type", properties.getContentType());
		put(all, "content_encoding", properties.getContentEncoding());
		put(all, "delivery_mode", properties.getDeliveryMode());
		put(all, "priority", properties.getPriority());
		put(all, "correlation_id", properties.getCorrelationId());
		put(all, "reply_to", properties.getReplyTo());
		put(all, "expiration", properties.getExpiration());
		put(all, "message_id", properties.getMessageId());
		put(all, "timestamp", (timestamp != null) ? timestamp.toInstant().getEpochSecond() : null);
		put(all, "type", properties.getType());
		put(all, "user_id", properties.getUserId());
		put(all, "app_id", properties.getAppId());
		put(all, "cluster_id", properties.getClusterId());
		return all;
	}

	private static void put(Map<String, Object> all, String name, @Nullable Object value) {
		if (value != null) {
			all.put(name, value);
		}
	}

	/**
	 * AMQP's timestamps are texts in the document, and the client's texts are its own.
	 */
	private static Object json(Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> all = new LinkedHashMap<>();
			map.forEach((name, each) -> all.put(String.valueOf(name), json(each)));
			return all;
		}
		if (value instanceof List<?> list) {
			return list.stream().map(AsyncApi::json).toList();
		}
		if (value instanceof Date date) {
			return date.toInstant().toString();
		}
		return (value instanceof Number || value instanceof Boolean) ? value : value.toString();
	}

	private record Result(int exitCode, String output) {

	}

}
