package dev.ticktock.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.Commands;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Skipped;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of the benchmark's own, from Debian's package, with default settings, on
 * loopback and in a temporary folder.
 */
final class PostgreSql implements AutoCloseable {

	static final String USER = "postgres";

	private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

	private static final String TABLES = """
			create table scheduled_tasks (task_name text, task_instance text, task_data bytea,
				execution_time timestamptz not null, picked boolean not null, picked_by text,
				last_success timestamptz, last_failure timestamptz, consecutive_failures int,
				last_heartbeat timestamptz, version bigint not null, priority smallint,
				primary key (task_name, task_instance));
			create index on scheduled_tasks (execution_time);
			create index on scheduled_tasks (last_heartbeat);
			create table shedlock (name varchar(64) primary key, lock_until timestamptz not null,
				locked_at timestamptz not null, locked_by varchar(255) not null);
			""";

	private final Path folder;

	private final Path commands;

	private final int port = FreePort.find();

	private int databases;

	/** Skips the test where none is installed. */
	PostgreSql() throws IOException {
		if (!Files.isDirectory(INSTALLED)) {
			throw Skipped.without("PostgreSQL", "postgresql");
		}
		try (Stream<Path> versions = Files.list(INSTALLED)) {
			this.commands = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
		}
		this.folder = Files.createTempDirectory("postgresql");
		if (isRoot()) {
			Commands.run("chown", USER, this.folder.toString());
		}
		run("initdb", "--auth=trust", "--username=" + USER);
		// The server goes on writing to the log, so it must not have the pipe of the
		// command.
		run("pg_ctl", "start", "--wait", "--log=" + this.folder.resolve("log"), "--options=" + "-p " + this.port
				+ " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200");
	}

	private static boolean isRoot() {
		return System.getProperty("user.name").equals("root");
	}

	/** PostgreSQL refuses to run as root. */
	private void run(String command, String... arguments) {
		List<String> line = new ArrayList<>();
		if (isRoot()) {
			line.addAll(List.of("runuser", "-u", USER, "--"));
		}
		line.add(this.commands.resolve(command).toString());
		line.add("--pgdata=" + this.folder.resolve("data"));
		line.addAll(List.of(arguments));
		Commands.run(new ProcessBuilder(line).directory(this.folder.toFile()));
	}

	/** Creates a database with the tables of all peers, and returns its URL. */
	String newDatabase() throws SQLException {
		this.databases++;
		String name = "peers" + this.databases;
		try (Connection server = DriverManager.getConnection(url("postgres"), USER, "");
				Statement statement = server.createStatement()) {
			statement.execute("create database " + name);
		}
		try (Connection database = DriverManager.getConnection(url(name), USER, "");
				Statement statement = database.createStatement()) {
			statement.execute(TABLES);
			ScriptUtils.executeSqlScript(database,
					new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_postgres.sql"));
		}
		return url(name);
	}

	private String url(String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(this.port, database);
	}

	@Override
	public void close() {
		run("pg_ctl", "stop", "--wait", "--mode=fast");
		try {
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
