package dev.ticktock.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import dev.ticktock.support.RabbitMqNode;

/**
 * The report of one run, in Markdown, which is printed as it grows.
 */
public final class Report {

	private final StringBuilder text = new StringBuilder();

	/** Says what the run was measured on. */
	public void machine(RabbitMqNode node) throws IOException {
		line("- %d cores, %s %s, Java %s, RabbitMQ %s".formatted(Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name"), System.getProperty("os.version"), Runtime.version(),
				node.ctl("eval", "rabbit_misc:version().").strip()));
		load();
	}

	/** Says what else the machine is doing. */
	public void load() throws IOException {
		line("Load average: " + Files.readString(Path.of("/proc/loadavg")).strip());
	}

	public void section(String title) {
		line("\n## " + title + "\n");
	}

	public void header(String... columns) {
		line("| " + String.join(" | ", columns) + " |");
		line("|---" + String.join("", Collections.nCopies(columns.length - 1, "|--:")) + "|");
	}

	/** Adds a row whose figures have one decimal place. */
	public void row(String name, double... figures) {
		StringBuilder row = new StringBuilder("| ").append(name);
		for (double figure : figures) {
			row.append(String.format(Locale.ROOT, " | %.1f", figure));
		}
		line(row.append(" |").toString());
	}

	public void line(String line) {
		System.out.println(line);
		this.text.append(line).append('\n');
	}

	public void write(Path file) throws IOException {
		Files.writeString(file, this.text);
	}

	/** Returns the value that so many percent of the figures do not exceed. */
	public static double percentile(List<Double> figures, int percent) {
		List<Double> sorted = figures.stream().sorted().toList();
		return sorted.get(Math.max(1, (int) Math.ceil(sorted.size() * percent / 100.0)) - 1);
	}

	public static double median(List<Double> figures) {
		return percentile(figures, 50);
	}

}
