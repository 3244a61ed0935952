/**
 * Bad input ends the start with one paragraph that names the property, the value and the
 * remedy.
 */
@NullMarked
package dev.ticktock.startup;

import org.jspecify.annotations.NullMarked;
