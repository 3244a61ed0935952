/**
 * Reads the bindings of the exchange: which schedules workers have registered by the
 * arguments of theirs, and who listens to what.
 */
@NullMarked
package dev.ticktock.discovery;

import org.jspecify.annotations.NullMarked;
