package dev.ticktock.observe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

import dev.ticktock.broker.Topology;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;

/**
 * Computes what tells the configuration of a replica from that of another.
 */
final class Fingerprints {

	private static final String ALGORITHM = "SHA-256";

	private static final int BYTES = 8;

	private Fingerprints() {
	}

	/**
	 * Returns the fingerprint of a configuration.
	 * @param defaults what holds for schedules that workers register
	 * @param registering which of them are taken, in words
	 */
	static Fingerprint of(ScheduleRegistry schedules, Topology topology, Schedule.Defaults defaults,
			String registering) {
		Stream<String> lines = schedules.configured()
			.all()
			.stream()
			.flatMap((schedule) -> Stream.of(schedule.event(), schedule.definition(), schedule.validity().toString()));
		return new Fingerprint(digest(Stream.concat(lines, schedules.switchedOff().stream().sorted())), digest(Stream
			.of(topology.leaderQueue(), defaults.zone().getId(), defaults.maxValidity().toString(), registering)));
	}

	private static String digest(Stream<String> texts) {
		try {
			MessageDigest digest = MessageDigest.getInstance(ALGORITHM);
			texts.forEach((text) -> {
				digest.update(text.getBytes(StandardCharsets.UTF_8));
				digest.update((byte) 0);
			});
			return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has " + ALGORITHM, ex);
		}
	}

}
