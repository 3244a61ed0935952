package dev.ticktock.observe;

import java.time.Instant;

/**
 * What became of the slots of one hour.
 *
 * @param hour when the hour began
 * @param published how many ticks were published; at most 16,383
 * @param skipped how many slots were skipped; at most 16,383
 * @param missed how many ticks nobody took, in each queue; at most 16,383
 */
record PastHour(Instant hour, int published, int skipped, int missed) {

}
