/**
 * Tests of what can be seen.
 */
@NullMarked
package dev.ticktock.observe;

import org.jspecify.annotations.NullMarked;
