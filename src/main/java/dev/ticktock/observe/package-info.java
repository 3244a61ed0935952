/**
 * Shows what was published, what was not, and what comes next; reads the other packages
 * and is never called by them.
 */
@NullMarked
package dev.ticktock.observe;

import org.jspecify.annotations.NullMarked;
