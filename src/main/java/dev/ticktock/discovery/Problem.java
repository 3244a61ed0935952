package dev.ticktock.discovery;

/**
 * Something that a worker asked for and does not get.
 *
 * @param event the key of its binding
 * @param destination the queue, or exchange, that is bound
 * @param reason what is wrong and what to do about it, as sentences
 */
public record Problem(String event, String destination, String reason) {

}
