package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Resolves {@code H} in a field, as Jenkins has it, to numbers: one value of the range
 * for {@code H} and {@code H(a-b)}, one value of each {@code n} with {@code /n}. The
 * values follow from the names of event and field, the same on every replica and in every
 * version, and so many schedules with one line are due at different times.
 *
 * @param first the lowest value of the field
 * @param last the highest value of {@code H}
 * @param highest the highest value that a range may have
 */
record Spread(int first, int last, int highest) {

	private static final Pattern H = Pattern.compile("(?i)H(?:\\((\\d{1,2})-(\\d{1,2})\\))?(?:/(\\d{1,2}))?");

	/**
	 * Returns a field with numbers in the place of {@code H}.
	 * @param name the name of the field
	 * @throws IllegalArgumentException if a range or a step does not fit
	 */
	String resolve(String event, String name, String field) {
		if (field.indexOf('H') < 0 && field.indexOf('h') < 0) {
			return field;
		}
		CRC32 hash = new CRC32();
		hash.update("%s %s".formatted(event, name).getBytes(StandardCharsets.UTF_8));
		return Stream.of(field.split(",", -1)).map((part) -> {
			Matcher spread = H.matcher(part);
			return spread.matches() ? resolve(hash.getValue(), spread) : part;
		}).collect(Collectors.joining(","));
	}

	private String resolve(long hash, Matcher spread) {
		boolean ranged = spread.group(1) != null;
		int from = ranged ? Integer.parseInt(spread.group(1)) : this.first;
		int to = ranged ? Integer.parseInt(spread.group(2)) : this.last;
		if (from < this.first || to > this.highest || from > to) {
			throw new IllegalArgumentException(
					"a range of H is from %d to %d, and goes upwards".formatted(this.first, this.highest));
		}
		int values = to - from + 1;
		if (spread.group(3) == null) {
			return String.valueOf(from + hash % values);
		}
		int step = Integer.parseInt(spread.group(3));
		if (step < 2 || step > values) {
			throw new IllegalArgumentException(
					"a step of H is from 2 to %d here; use * for every value, H for one".formatted(values));
		}
		return "%d-%d/%d".formatted(from + hash % step, to, step);
	}

}
