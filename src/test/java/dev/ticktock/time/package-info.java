@NullMarked
package dev.ticktock.time;

import org.jspecify.annotations.NullMarked;
