/**
 * Publishes ticks over one channel, as long as a term lasts, and says whether this
 * replica has one.
 */
@NullMarked
package dev.ticktock.leader;

import org.jspecify.annotations.NullMarked;
