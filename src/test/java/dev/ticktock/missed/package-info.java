@NullMarked
package dev.ticktock.missed;

import org.jspecify.annotations.NullMarked;
