package dev.ticktock.message;

/**
 * Distinguishes two configurations, and nothing else.
 *
 * @param schedules follows from the schedules that are built in and configured
 * @param settings follows from the settings that all replicas need to have in common
 */
public record Fingerprint(String schedules, String settings) {

}
