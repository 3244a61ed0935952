/**
 * Reads what was published.
 */
@NullMarked
package dev.ticktock.journal;

import org.jspecify.annotations.NullMarked;
