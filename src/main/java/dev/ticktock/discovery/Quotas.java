package dev.ticktock.discovery;

import java.time.Duration;

/**
 * How much workers may ask for.
 *
 * @param schedules how many schedules all of them may register
 * @param schedulesPerQueue how many of them one queue, or exchange, may ask for
 * @param shortestPeriod the shortest time between two slots
 */
record Quotas(int schedules, int schedulesPerQueue, Duration shortestPeriod) {

}
