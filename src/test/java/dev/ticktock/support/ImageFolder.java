package dev.ticktock.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the {@code Dockerfile} makes of the packaged jar, in a folder of this machine: its
 * commands have run as they are there, with an installed Java. What the base of an image
 * does is not here: users, and limits of memory and of what can be written.
 */
public final class ImageFolder {

	/** The Java of the image. */
	private static final int JAVA = 25;

	private static final Pattern EXTRACTION = Pattern.compile("java -Djarmode=tools .*");

	private static final Pattern LAYER = Pattern.compile("/build/(target/layers/[\\w-]+)/");

	private static final Pattern OPTIONS = Pattern.compile("JAVA_TOOL_OPTIONS=\"(.*)\"");

	private final Path folder;

	private final Path java;

	/** The instructions of the last stage. */
	private final List<String> runtime;

	private ImageFolder(Path folder, Path java, String dockerfile) {
		this.folder = folder;
		this.java = java;
		this.runtime = dockerfile.substring(dockerfile.lastIndexOf("\nFROM ") + 1).lines().toList();
	}

	/**
	 * Returns the home of an installed Java that the image could have: what
	 * {@code JAVA_HOME_25} names, or one under {@code /usr/lib/jvm}. Skips the test if
	 * there is none.
	 */
	public static Path java() {
		String named = System.getenv("JAVA_HOME_" + JAVA);
		if (named != null) {
			return Path.of(named);
		}
		try (Stream<Path> installed = Files.exists(Path.of("/usr/lib/jvm")) ? Files.list(Path.of("/usr/lib/jvm"))
				: Stream.empty()) {
			return installed.filter((home) -> version(home) >= JAVA)
				.sorted()
				.findFirst()
				.orElseThrow(() -> new TestAbortedException(
						"SKIPPED: no Java %d or newer, as the image has it. Set JAVA_HOME_25".formatted(JAVA)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int version(Path home) {
		Path release = home.resolve("release");
		if (!Files.isExecutable(home.resolve("bin/java")) || !Files.exists(release)) {
			return 0;
		}
		Properties properties = new Properties();
		try (InputStream input = Files.newInputStream(release)) {
			properties.load(input);
			return Integer.parseInt(properties.getProperty("JAVA_VERSION", "0").replaceAll("\"|\\..*", ""));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Makes the folder from {@code target/ticktock.jar}, which takes seconds.
	 * @param folder an empty folder
	 * @param java the home of the Java
	 */
	public static ImageFolder build(Path folder, Path java) throws IOException {
		String dockerfile = Files.readString(Path.of("Dockerfile")).replaceAll("(?m)^#.*\\n", "").replace("\\\n", "");
		ImageFolder image = new ImageFolder(folder.resolve("application"), java, dockerfile);
		Path build = folder.resolve("build");
		Files.createDirectories(build.resolve("target"));
		Files.copy(TickTockProcess.JAR, build.resolve("target/ticktock.jar"));
		image.run(build, first(EXTRACTION, dockerfile).group());
		Files.createDirectories(image.folder);
		for (String copy : image.instructions("COPY")) {
			for (MatchResult layer : LAYER.matcher(copy).results().toList()) {
				image.run(build, "cp -a %s/. '%s'".formatted(layer.group(1), image.folder));
			}
		}
		for (String command : image.instructions("RUN")) {
			image.run(image.folder, command);
		}
		return image;
	}

	private static MatchResult first(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		if (!matcher.find()) {
			throw new IllegalStateException("no " + pattern + " in the Dockerfile");
		}
		return matcher.toMatchResult();
	}

	/**
	 * Returns the arguments of an instruction of the last stage, each time it is there.
	 */
	private List<String> instructions(String name) {
		return this.runtime.stream()
			.filter((line) -> line.startsWith(name + " "))
			.map((line) -> line.substring(name.length() + 1))
			.toList();
	}

	private void run(Path where, String command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(where.toFile())
			.redirectErrorStream(true);
		builder.environment().putAll(environment());
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s%n%s".formatted(command, output));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the environment of the image: its Java and that Java's options. */
	private Map<String, String> environment() {
		return Map.of("PATH", this.java.resolve("bin") + ":" + System.getenv("PATH"), "JAVA_TOOL_OPTIONS",
				first(OPTIONS, String.join("\n", instructions("ENV"))).group(1));
	}

	/** Returns the command that the image runs. */
	public List<String> command() {
		return words(instructions("ENTRYPOINT").get(0));
	}

	/** Returns the command that says whether a container is healthy. */
	public List<String> healthCheck() {
		return words(instructions("HEALTHCHECK").get(0).replaceFirst(".* CMD ", ""));
	}

	private static List<String> words(String json) {
		List<String> words = new ArrayList<>();
		Collections.addAll(words, JsonMapper.shared().readValue(json, String[].class));
		return words;
	}

	/**
	 * Runs the command of the image, without waiting until it has started.
	 * @param environment what "docker run -e" sets besides
	 * @param arguments what follows the name of the image in "docker run"
	 */
	public TickTockProcess launch(Map<String, String> environment, List<String> arguments) {
		List<String> command = new ArrayList<>(command());
		command.addAll(arguments);
		return TickTockProcess.launch(process(command, environment));
	}

	/**
	 * Prepares a process that runs a command as the image would.
	 * @param environment what "docker run -e" sets besides
	 */
	public ProcessBuilder process(List<String> command, Map<String, String> environment) {
		List<String> found = new ArrayList<>(command);
		// It would be looked for in the PATH of this process.
		found.replaceAll((word) -> word.equals("java") ? this.java.resolve("bin/java").toString() : word);
		ProcessBuilder builder = new ProcessBuilder(found).directory(this.folder.toFile()).redirectErrorStream(true);
		builder.environment().putAll(environment());
		builder.environment().putAll(environment);
		return builder;
	}

}
