package dev.ticktock.spring;

import org.jspecify.annotations.Nullable;

/**
 * Published as an event of the application when a job has failed for good, on the thread
 * of the job, before its tick is rejected.
 *
 * @param queue the queue of the job
 * @param messageId the id of the tick; null if it has none
 * @param cause what the job threw, or why its arguments could not be made of the message
 */
public record TickTockJobFailed(String queue, @Nullable String messageId, Throwable cause) {

}
