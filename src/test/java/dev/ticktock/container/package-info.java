/**
 * Tests of the {@code Dockerfile} and of the Compose file with a Docker engine.
 */
@NullMarked
package dev.ticktock.container;

import org.jspecify.annotations.NullMarked;
