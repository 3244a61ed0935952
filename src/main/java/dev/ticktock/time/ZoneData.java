package dev.ticktock.time;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneRulesProvider;

/**
 * The rules of all time zones, which have several releases a year.
 *
 * @param version the release, such as 2025a
 */
public record ZoneData(String version) {

	public static ZoneData ofThisJava() {
		return new ZoneData(ZoneRulesProvider.getVersions("UTC").lastEntry().getKey());
	}

	/**
	 * Whether the release is older than a year, counted from the middle of the year in
	 * its name. A name of another form does not count as old.
	 */
	public boolean isOlderThanAYear(Instant now) {
		return this.version.matches("\\d{4}[a-z]+") && now.atOffset(ZoneOffset.UTC).minusMonths(18).getYear() >= Integer
			.parseInt(this.version.substring(0, 4));
	}

}
