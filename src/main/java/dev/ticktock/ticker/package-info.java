/**
 * Publishes, every second, what is due.
 */
@NullMarked
package dev.ticktock.ticker;

import org.jspecify.annotations.NullMarked;
