/**
 * Publishes the ticks of a term on the channel that holds the baton.
 */
@NullMarked
package dev.ticktock.publish;

import org.jspecify.annotations.NullMarked;
