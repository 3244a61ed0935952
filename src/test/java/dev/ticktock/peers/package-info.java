/**
 * Measures other schedulers for the JVM, each as a small application, beside TickTock.
 * Only the profile {@code peers} compiles this package.
 */
@NullMarked
package dev.ticktock.peers;

import org.jspecify.annotations.NullMarked;
