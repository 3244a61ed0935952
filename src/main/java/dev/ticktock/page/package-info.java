/**
 * Serves the page, and adds to each answer the headers that restrict browsers.
 */
@NullMarked
package dev.ticktock.page;

import org.jspecify.annotations.NullMarked;
