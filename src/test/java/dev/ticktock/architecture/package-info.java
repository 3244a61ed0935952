/**
 * Tests of how the packages may depend on each other.
 */
@NullMarked
package dev.ticktock.architecture;

import org.jspecify.annotations.NullMarked;
