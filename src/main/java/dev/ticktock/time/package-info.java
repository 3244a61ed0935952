/**
 * Time that no change of the clock moves, and threads that are late by it.
 */
@NullMarked
package dev.ticktock.time;

import org.jspecify.annotations.NullMarked;
