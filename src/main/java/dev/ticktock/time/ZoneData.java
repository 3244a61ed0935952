package dev.ticktock.time;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRulesProvider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of all time zones, which have several releases a year.
 *
 * @param version the release, such as 2025a
 */
public record ZoneData(String version) {

	private static final Pattern RELEASE = Pattern.compile("(\\d{4})[a-z]+");

	private static final Duration A_YEAR = Duration.ofDays(365);

	/** Returns the rules of this Java. */
	public static ZoneData ofThisJava() {
		return new ZoneData(ZoneRulesProvider.getVersions("UTC").lastEntry().getKey());
	}

	/**
	 * Whether the release is older than a year. Its name contains only the year, so its
	 * age counts from the middle of that year. A name of another form does not count as
	 * old.
	 */
	public boolean isOlderThanAYear(Instant now) {
		Matcher release = RELEASE.matcher(this.version);
		return release.matches()
				&& OffsetDateTime.of(Integer.parseInt(release.group(1)), 7, 1, 0, 0, 0, 0, ZoneOffset.UTC)
					.toInstant()
					.plus(A_YEAR)
					.isBefore(now);
	}

}
