/**
 * Opens named connections and confirmed channels to the broker; knows nothing of ticks.
 */
@NullMarked
package dev.ticktock.broker;

import org.jspecify.annotations.NullMarked;
