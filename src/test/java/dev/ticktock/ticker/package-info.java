/**
 * Tests of the ticker, with a term that only records.
 */
@NullMarked
package dev.ticktock.ticker;

import org.jspecify.annotations.NullMarked;
