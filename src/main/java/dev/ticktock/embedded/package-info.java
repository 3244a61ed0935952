/**
 * Starts a broker for evaluation, unless one answers already. No other package depends on
 * it: to them it is a broker like any other.
 */
@NullMarked
package dev.ticktock.embedded;

import org.jspecify.annotations.NullMarked;
