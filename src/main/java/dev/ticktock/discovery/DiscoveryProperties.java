package dev.ticktock.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the schedules that workers register by their bindings.
 *
 * @param enabled Whether the bindings of the exchange are read.
 * @param managementUrl Addresses of the broker's management API, tried in this order; by
 * default the hosts of spring.rabbitmq, each with a port that is 10000 higher.
 * @param username User of the management API; by default the one of spring.rabbitmq. It
 * needs the tag "management".
 * @param password Password of the management API; by default the one of spring.rabbitmq.
 * @param interval Time between two readings.
 * @param maxSchedules Largest number of schedules that workers may register.
 * @param maxSchedulesPerQueue Largest number of schedules that one queue, or exchange,
 * may ask for.
 * @param maxBindings Largest number of bindings that are read, and of those among them
 * that ask for a schedule.
 * @param maxListingSize Largest size of the management API's answer that is read.
 */
@ConfigurationProperties("ticktock.discovery")
record DiscoveryProperties(@DefaultValue("true") boolean enabled, @DefaultValue List<String> managementUrl,
		@Nullable String username, @Nullable String password, @DefaultValue("5s") Duration interval,
		@DefaultValue("1000") int maxSchedules, @DefaultValue("500") int maxSchedulesPerQueue,
		@DefaultValue("100000") int maxBindings, @DefaultValue("128MB") DataSize maxListingSize) {

	private static final String PREFIX = "ticktock.discovery.";

	DiscoveryProperties {
		managementUrl = managementUrl.stream().map(String::strip).filter((url) -> !url.isEmpty()).toList();
		managementUrl.forEach(DiscoveryProperties::check);
		InvalidSettingException.unless(
				interval.compareTo(Duration.ofMillis(100)) >= 0 && interval.compareTo(Duration.ofDays(1)) <= 0,
				PREFIX + "interval", interval, "it is not between 100 ms and one day", "Use a duration such as 5s.");
		InvalidSettingException.unless(maxSchedules >= 0, PREFIX + "max-schedules", maxSchedules, "it is negative",
				"Use a number such as 1000, or 0 to prevent workers from registering schedules.");
		InvalidSettingException.unless(maxSchedulesPerQueue > 0, PREFIX + "max-schedules-per-queue",
				maxSchedulesPerQueue, "it is less than one",
				"Use a number such as 500, or ticktock.discovery.max-schedules=0 to let no worker register a schedule.");
		InvalidSettingException.unless(maxBindings > 0, PREFIX + "max-bindings", maxBindings, "it is less than one",
				"Use a number such as 100000.");
		InvalidSettingException.unless(maxListingSize.compareTo(DataSize.ofKilobytes(64)) >= 0,
				PREFIX + "max-listing-size", maxListingSize, "it is less than 64 KB", "Use a size such as 128MB.");
	}

	private static void check(String url) {
		InvalidSettingException.unless(!url.contains("@"), PREFIX + "management-url", url.replaceFirst(".*@", "***@"),
				"the address contains a user name",
				"Set ticktock.discovery.username and ticktock.discovery.password instead.");
		InvalidSettingException.unless(isOfAWebServer(url), PREFIX + "management-url", url,
				"it is not an HTTP or HTTPS address",
				"Use an address such as http://localhost:15672 or https://rabbit.example.com:15671; a host name has letters, digits, hyphens and dots.");
	}

	private static boolean isOfAWebServer(String url) {
		try {
			URI uri = URI.create(url);
			return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
