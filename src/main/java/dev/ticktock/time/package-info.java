/**
 * Time that no change of the clock moves.
 */
@NullMarked
package dev.ticktock.time;

import org.jspecify.annotations.NullMarked;
