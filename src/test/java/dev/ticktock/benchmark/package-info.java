/**
 * Measures what TickTock costs, beside tools that do the same work. Run by the Maven
 * profile {@code benchmark}; {@code docs/benchmarks.md} says what the figures mean.
 */
@NullMarked
package dev.ticktock.benchmark;

import org.jspecify.annotations.NullMarked;
