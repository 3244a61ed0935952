/**
 * Knows what is due: for any cursor and any instant, the same slots in the same order.
 * Pure: no broker, and no clock of its own.
 */
@NullMarked
package dev.ticktock.schedule;

import org.jspecify.annotations.NullMarked;
