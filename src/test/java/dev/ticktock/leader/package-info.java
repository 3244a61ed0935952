@NullMarked
package dev.ticktock.leader;

import org.jspecify.annotations.NullMarked;
