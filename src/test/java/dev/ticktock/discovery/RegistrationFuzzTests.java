package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.ticktock.SettableClock;
import dev.ticktock.discovery.Registrar.Registrations;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Timetable;
import dev.ticktock.schedule.Timetable.Due;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random lines and argument tables: each is a schedule or an error with a message, and
 * nothing stops the timetable.
 */
class RegistrationFuzzTests {

	private static final int RUNS = 3000;

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final List<String> LINES = List.of("0 */15 * * * *", "30 2 * * *", "@every 45m", "@daily",
			"CRON_TZ=Europe/Oslo 0 30 2 * * *", "TZ=Africa/Cairo 0 0 0 * * *", "0 0 0 L-3 * *", "0 0 0 15W * ?",
			"0 0 0 ? * MON#2", "0 0 0 ? * 5L", "*/7 1-5,10-20/3 */2 1,2,LW JAN-MAR MON-FRI", "@every PT1H30M",
			"0 0 0 29 2 *", "0 0 12 31 * SUN", "@every 1d2h3m4s", "H H(0-4) * * *", "@at 2026-03-01T18:00",
			"TZ=Europe/Oslo @at 2026-03-02 09:30:00", "@at 2026-03-01T12:59:59Z", "0 H/15,H(3-9)/2 H H * H");

	private static final String ALPHABET = "0123456789 0123456789 **//--,,??##LWLWHH()@=:.+_ \t\nabdehmstuEUROPyJANMØ日\0\"";

	private static final List<String> WORDS = List.of("*", "?", "L", "W", "L-1", "15W", "MON#5", "#", "5L", "*/0",
			"0/0", "99999999999", "1-", "1,,2", "5-1", "*/5/5", "MON-", "1W-2W", "L#1", "0-59/61", "H", "H(1-3)", "H/7",
			"H(9-3)", "@every", "1.5h", "PT-1S", "P1Y", "CRON_TZ=", "TZ=UTC", "CRON_TZ=Nowhere", "9223372036854775807s",
			"0s");

	private final Random random = new Random(20261123);

	private String line() {
		StringBuilder line = new StringBuilder();
		String[] words = LINES.get(this.random.nextInt(LINES.size())).split(" ", -1);
		for (String word : words) {
			line.append((this.random.nextInt(4) > 0) ? word : WORDS.get(this.random.nextInt(WORDS.size()))).append(' ');
		}
		for (int i = this.random.nextInt(4); i > 0; i--) {
			int at = this.random.nextInt(line.length());
			line.replace(at, at + this.random.nextInt(2), characters(1));
		}
		return line.toString().strip();
	}

	private String characters(int length) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			text.append(ALPHABET.charAt(this.random.nextInt(ALPHABET.length())));
		}
		return text.toString();
	}

	@Test
	void aLineIsAScheduleOrAnErrorWithAMessage() {
		Map<String, Schedule> schedules = new TreeMap<>();
		for (int i = 0; i < RUNS; i++) {
			String line = line();
			try {
				Schedule schedule = Schedule.parse(Origin.REGISTERED, "job." + i, line, null, null, DEFAULTS);
				assertThat(schedule.definition()).as(line).isNotBlank();
				schedules.put(schedule.event(), schedule);
			}
			catch (ScheduleFormatException ex) {
				assertThat(ex.getMessage()).as(line).containsAnyOf("such as", "Use \"", "use \"").hasSizeLessThan(900);
				assertThat(ex.reason()).as(line).isNotBlank().doesNotContain("null");
			}
			catch (RuntimeException ex) {
				throw new AssertionError("the line \"" + line + "\"", ex);
			}
		}
		assertThat(schedules).hasSizeGreaterThan(RUNS / 50);
		Timetable timetable = new Timetable();
		timetable.start(Schedules.of(schedules), (schedule) -> NOW);
		for (int hour = 1; hour <= 48; hour += 12) {
			Due due = timetable.due(NOW.plus(Duration.ofHours(hour)));
			due.failed()
				.forEach((event, failure) -> assertThat(failure).as(String.valueOf(schedules.get(event))).isNull());
			assertThat(due.skipped().size() + due.ticks().size()).isPositive();
		}
	}

	@Test
	void anArgumentTableIsAScheduleOrAProblemOrNothing() {
		Registrar registrar = new Registrar(new ScheduleRegistry(Schedules.of(Map.of()), Set.of("off")), DEFAULTS,
				new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("a", DiscoveryProperties.class),
				(event) -> null, new SettableClock(NOW));
		int registered = 0;
		for (int i = 0; i < RUNS / 50; i++) {
			List<Binding> bindings = new ArrayList<>();
			int asking = 0;
			for (int j = 0; j < 50; j++) {
				Map<String, Object> arguments = arguments();
				bindings.add(Binding.of("queue." + j, this.random.nextBoolean(), key(), arguments));
				asking += (arguments.containsKey("cron") || arguments.containsKey("zone")
						|| arguments.containsKey("validity")) ? 1 : 0;
			}
			Registrations found = registrar.read(Listing.of(bindings));
			assertThat(found.problems()).allSatisfy((problem) -> assertThat(problem.reason()).isNotBlank());
			assertThat(found.problems().size() + found.schedules().size()).isLessThanOrEqualTo(asking);
			Set<String> asked = bindings.stream()
				.filter((binding) -> binding.request() != null)
				.map(Binding::key)
				.collect(Collectors.toSet());
			assertThat(Audience.of(Listing.of(bindings), List.of()).unmatchedCount())
				.isEqualTo(bindings.stream().filter((binding) -> !asked.contains(binding.key())).count());
			registered += found.schedules().size();
		}
		assertThat(registered).isPositive();
	}

	private String key() {
		return switch (this.random.nextInt(4)) {
			case 0 -> "job." + this.random.nextInt(20);
			case 1 -> characters(this.random.nextInt(12));
			case 2 -> List.of("#", "*", "off", "", "job.*", "a..b", ".", "e".repeat(255)).get(this.random.nextInt(8));
			default -> "job." + this.random.nextInt(1_000_000);
		};
	}

	private Map<String, Object> arguments() {
		Map<String, Object> arguments = new HashMap<>();
		for (String name : List.of("cron", "zone", "validity", "x-match")) {
			if (this.random.nextInt(3) > 0) {
				arguments.put(name, value(name));
			}
		}
		return arguments;
	}

	private Object value(String name) {
		return switch (this.random.nextInt(12)) {
			case 0 -> this.random.nextInt();
			case 1 -> this.random.nextDouble();
			case 2 -> List.of(line());
			case 3 -> Map.of("cron", line());
			case 4 -> this.random.nextBoolean();
			case 5 -> line();
			case 6 -> characters(2000);
			default -> switch (name) {
				case "zone" -> List.of("Europe/Oslo", "UTC", "+02:00", "Z").get(this.random.nextInt(4));
				case "validity" -> List.of("90s", "PT1H", "5000", "2d").get(this.random.nextInt(4));
				default -> LINES.get(this.random.nextInt(LINES.size()));
			};
		};
	}

}
