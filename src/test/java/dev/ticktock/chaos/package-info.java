@NullMarked
package dev.ticktock.chaos;

import org.jspecify.annotations.NullMarked;
