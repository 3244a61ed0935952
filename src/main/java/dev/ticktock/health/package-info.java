/**
 * Shows operators how this replica fares; reads the other packages and is never called by
 * them.
 */
@NullMarked
package dev.ticktock.health;

import org.jspecify.annotations.NullMarked;
