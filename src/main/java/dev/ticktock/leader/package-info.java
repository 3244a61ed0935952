/**
 * Decides which replica leads: at most one at a time, and another as soon as it is gone.
 */
@NullMarked
package dev.ticktock.leader;

import org.jspecify.annotations.NullMarked;
