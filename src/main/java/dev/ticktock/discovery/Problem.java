package dev.ticktock.discovery;

/**
 * A binding that asks for a schedule and does not get it.
 *
 * @param event the key of its binding
 * @param destination the queue, or exchange, that is bound
 * @param reason what is wrong and what to do about it, as sentences
 */
public record Problem(String event, String destination, String reason) {

}
