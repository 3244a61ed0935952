/**
 * Runs the sample workers of {@code docs/workers}, each in its own language, as their
 * readers run them.
 */
@NullMarked
package dev.ticktock.samples;

import org.jspecify.annotations.NullMarked;
