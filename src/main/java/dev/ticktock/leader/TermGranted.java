package dev.ticktock.leader;

/**
 * Published as an application event, on the thread that watches over the term, when a
 * term has begun. A listener must not block.
 *
 * @param term the term
 */
public record TermGranted(Term term) {

}
