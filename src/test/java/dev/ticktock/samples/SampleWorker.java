package dev.ticktock.samples;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.ticktock.support.Program;
import dev.ticktock.support.Skipped;

import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.ThrowingFunction;

/**
 * The sample workers, and how each of them is built and run. The commands are those of a
 * shell, in a copy of the worker's folder; {@code $CLASSPATH} is that of the tests.
 */
enum SampleWorker {

	PYTHON("python", "Python, with asyncio", "aio-pika", "python3-aio-pika python3-aiohttp",
			"python3 -c 'import aio_pika; print(aio_pika.__version__)'", "", "python3 worker.py"),

	PIKA("pika", "Python", "pika", "python3-pika", "python3 -c 'import pika; print(pika.__version__)'", "",
			"python3 worker.py"),

	JAVASCRIPT("javascript", "JavaScript", "amqplib", "npm",
			"npm --version > npm.version && node -p \"require('./package.json').dependencies.amqplib\"",
			"npm ci --no-audit --no-fund", "node worker.js"),

	TYPESCRIPT("typescript", "TypeScript", "rabbitmq-client", "npm",
			"npm --version > npm.version && node -p \"require('./package.json').dependencies['rabbitmq-client']\"",
			"npm ci --no-audit --no-fund && npm run build", "node target/worker.js"),

	JAVA("java", "Java", "amqp-client", "default-jdk-headless",
			"java -version 2> java.version && echo $CLASSPATH | sed 's/.*amqp-client-\\([0-9.]*\\)\\.jar.*/\\1/'", "",
			"java Worker.java"),

	SPRING("spring", "Java, with Spring Boot", "spring-rabbit", "default-jdk-headless",
			"javac -version > javac.version && echo $CLASSPATH | sed 's/.*spring-rabbit-\\([0-9.]*\\)\\.jar.*/\\1/'",
			"../../../mvnw -q -DskipTests package", "java -XX:TieredStopAtLevel=1 -jar sample/target/worker.jar"),

	GO("go", "Go", "amqp091-go", "golang-go golang-github-rabbitmq-amqp091-go-dev",
			"go version > go.version && sed -n 's/.*buildVersion *= \"\\(.*\\)\"/\\1/p' /usr/share/gocode/src/github.com/rabbitmq/amqp091-go/connection.go",
			"GO111MODULE=off GOPATH=/usr/share/gocode go build -o worker .", "./worker"),

	RUBY("ruby", "Ruby", "bunny", "ruby-bunny", "ruby -r bunny -e 'print Bunny::VERSION'", "", "ruby worker.rb"),

	PHP("php", "PHP", "php-amqplib", "php-cli php-amqplib",
			"php -r 'require \"PhpAmqpLib/autoload.php\"; pcntl_async_signals(true); echo PhpAmqpLib\\Package::VERSION;'",
			"mkdir vendor && ln -s /usr/share/php/PhpAmqpLib/autoload.php vendor/autoload.php", "php worker.php"),

	PERL("perl", "Perl", "AnyEvent::RabbitMQ", "libanyevent-rabbitmq-perl",
			"perl -MAnyEvent::RabbitMQ -e 'print AnyEvent::RabbitMQ->VERSION'", "", "perl worker.pl"),

	C("c", "C", "librabbitmq", "gcc make pkg-config libc6-dev librabbitmq-dev libjansson-dev",
			"make --version > make.version && pkg-config --exists jansson && pkg-config --modversion librabbitmq",
			"make", "./worker"),

	ELIXIR("elixir", "Elixir", "amqp_client", "elixir rabbitmq-server",
			"env ERL_LIBS=$(echo /usr/lib/rabbitmq/lib/*/plugins) elixir -e ':ok = Application.load(:amqp_client); IO.puts(Application.spec(:amqp_client, :vsn))'",
			"", "env ERL_LIBS=$(echo /usr/lib/rabbitmq/lib/*/plugins) elixir worker.exs"),

	SHELL("shell", "Shell", "amqp-tools", "amqp-tools jq",
			"jq --version > jq.version && dpkg-query -W -f '${source:Upstream-Version}' amqp-tools", "",
			"bash worker.sh");

	/** For what loads and compiles. */
	static final Duration LONG = Duration.ofMinutes(10);

	private static final Map<SampleWorker, Path> BUILT = new ConcurrentHashMap<>();

	/** The name of its folder below {@code docs/workers}. */
	final String folder;

	/** The packages of Debian that it needs. */
	private final String packages;

	/**
	 * The command that prints the version of the client, and fails where the client or
	 * the runtime is not installed.
	 */
	private final String version;

	/** The command that makes what {@link #run} needs; empty if it needs nothing. */
	private final String build;

	private final String run;

	private final String name;

	SampleWorker(String folder, String language, String client, String packages, String version, String build,
			String run) {
		this.folder = folder;
		this.name = "%s (%s)".formatted(language, client);
		this.packages = packages;
		this.version = version;
		this.build = build;
		this.run = run;
	}

	/**
	 * Returns the command of the worker, which has been built once, in a copy of its
	 * folder below {@code target}. Skips the test where the runtime or the client is not
	 * installed.
	 */
	ProcessBuilder command() {
		return shell("exec " + this.run);
	}

	/** Runs a command of a shell where the worker has been built. */
	Program run(String command) {
		return new Program(shell(command));
	}

	private ProcessBuilder shell(String command) {
		return shell(BUILT.computeIfAbsent(this, ThrowingFunction.of(SampleWorker::build)), command);
	}

	private static Path build(SampleWorker worker) throws IOException {
		Path folder = Path.of("target", "workers", worker.folder);
		FileSystemUtils.deleteRecursively(folder);
		FileSystemUtils.copyRecursively(Path.of("docs", "workers", worker.folder), folder);
		try (Program version = new Program(shell(folder, worker.version))) {
			if (version.exitCode() != 0) {
				throw Skipped.without("%s (%s)".formatted(worker, version), worker.packages.split(" "));
			}
			System.out.printf("%s: %s%n", worker, String.join(" ", version.lines()));
		}
		try (Program build = new Program(shell(folder, worker.build))) {
			if (build.exitCode(LONG) != 0) {
				throw new IllegalStateException("%s is not built: %s".formatted(worker, build));
			}
		}
		return folder;
	}

	private static ProcessBuilder shell(Path folder, String command) {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
		// The Python of Debian has Debian's modules, another one in the path has not.
		builder.environment().merge("PATH", "/usr/bin", (path, first) -> first + ":" + path);
		builder.environment()
			.put("CLASSPATH",
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")));
		return builder;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
