/**
 * Tests of how the page is served.
 */
@NullMarked
package dev.ticktock.page;

import org.jspecify.annotations.NullMarked;
