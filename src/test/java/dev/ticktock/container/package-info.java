/**
 * Tests of what a Docker engine makes of the {@code Dockerfile} and of the Compose file.
 */
@NullMarked
package dev.ticktock.container;

import org.jspecify.annotations.NullMarked;
