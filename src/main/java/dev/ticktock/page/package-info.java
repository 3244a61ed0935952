/**
 * Serves the page on which people see what observe knows, and tells browsers what they
 * may do with answers.
 */
@NullMarked
package dev.ticktock.page;

import org.jspecify.annotations.NullMarked;
