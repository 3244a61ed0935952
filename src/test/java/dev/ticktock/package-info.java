/**
 * What the tests share.
 */
@NullMarked
package dev.ticktock;

import org.jspecify.annotations.NullMarked;
