/**
 * Tests of the page in a real browser.
 */
@NullMarked
package dev.ticktock.browser;

import org.jspecify.annotations.NullMarked;
