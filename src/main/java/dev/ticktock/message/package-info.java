/**
 * Everything that TickTock writes to a broker, encoded and decoded in one place.
 */
@NullMarked
package dev.ticktock.message;

import org.jspecify.annotations.NullMarked;
