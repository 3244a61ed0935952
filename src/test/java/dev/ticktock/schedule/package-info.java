/**
 * Tests of what is due, with time stepped by hand.
 */
@NullMarked
package dev.ticktock.schedule;

import org.jspecify.annotations.NullMarked;
