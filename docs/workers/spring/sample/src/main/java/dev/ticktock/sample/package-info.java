/**
 * A worker with two jobs.
 */
@NullMarked
package dev.ticktock.sample;

import org.jspecify.annotations.NullMarked;
