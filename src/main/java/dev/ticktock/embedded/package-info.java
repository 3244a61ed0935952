/**
 * Brings a broker along for trying out, unless one answers already. Nobody knows of it:
 * to the other packages it is a broker like any other.
 */
@NullMarked
package dev.ticktock.embedded;

import org.jspecify.annotations.NullMarked;
