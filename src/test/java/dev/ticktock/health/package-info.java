@NullMarked
package dev.ticktock.health;

import org.jspecify.annotations.NullMarked;
