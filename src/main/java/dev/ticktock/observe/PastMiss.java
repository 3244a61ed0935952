package dev.ticktock.observe;

import java.time.Instant;

import dev.ticktock.message.MissedReason;

/**
 * A tick that nobody took.
 *
 * @param queue the queue that gave it away
 * @param at when it did, to the second
 */
record PastMiss(Instant slot, String queue, MissedReason reason, Instant at) {

}
