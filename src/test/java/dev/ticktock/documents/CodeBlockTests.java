package dev.ticktock.documents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import dev.ticktock.documents.Document.Block;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.support.Python;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the code and the data in the documents.
 */
class CodeBlockTests {

	private static final Settings SETTINGS = Settings.load();

	static List<Block> java() {
		return Document.blocks("java");
	}

	static List<Block> python() {
		return Document.blocks("python");
	}

	static List<Block> yaml() {
		return Document.blocks("yaml");
	}

	static List<Block> json() {
		return Document.blocks("json");
	}

	@ParameterizedTest
	@MethodSource("java")
	void javaCompiles(Block block, @TempDir Path folder) throws IOException {
		assertThat(DocumentedJava.compile(block, folder)).exists();
	}

	@ParameterizedTest
	@MethodSource("python")
	void pythonParses(Block block) throws Exception {
		Process parser = new ProcessBuilder(Python.with("ast"), "-c", "import ast, sys; ast.parse(sys.stdin.read())")
			.redirectErrorStream(true)
			.start();
		try (var input = parser.getOutputStream()) {
			input.write(block.text().getBytes(StandardCharsets.UTF_8));
		}
		String errors = new String(parser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(parser.waitFor()).as(errors).isZero();
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void yamlHasKnownPropertiesAndSchedules(Block block) throws IOException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load(block.place(),
				new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)));
		assertThat(sources).hasSize(1);
		if (block.text().startsWith("ticktock:")) {
			assertThat(((EnumerablePropertySource<?>) sources.get(0)).getPropertyNames()).allSatisfy(
					(name) -> assertThat(SETTINGS.knows(name.replace("[", ".").replace("..", "."))).as(name).isTrue());
			SchedulerProperties properties = Binder.get(environment(sources.get(0)))
				.bind("ticktock.scheduler", SchedulerProperties.class)
				.get();
			assertThat(properties.cron()).isNotEmpty();
			assertThat(properties.schedules().all()).isNotEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("json")
	void jsonIsATickOrAMeterOrAnAnswerOfTheEndpoint(Block block) throws IOException {
		JsonNode node = JsonMapper.shared().readTree(block.text());
		if (block.place().startsWith("docs/endpoint.md")) {
			// EndpointDocumentTests compares it with a real one.
			assertThat(node.has("summary") || node.has("ticks")).isTrue();
		}
		else if (node.has("event")) {
			assertThat(node.propertyNames()).containsExactlyElementsOf(fieldsOfATick());
		}
		else {
			assertThat(DocumentedMeters.names()).contains(node.required("name").asString());
		}
	}

	/** The specification of the message, which the tests of real ticks agree with. */
	private static List<String> fieldsOfATick() throws IOException {
		return new YamlPropertySourceLoader().load("asyncapi", new FileSystemResource("docs/asyncapi.yaml"))
			.stream()
			.map((source) -> Binder.get(environment(source))
				.bind("components.schemas.payload.required", Bindable.listOf(String.class))
				.get())
			.findFirst()
			.orElseThrow();
	}

	private static StandardEnvironment environment(PropertySource<?> source) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(source);
		return environment;
	}

}
