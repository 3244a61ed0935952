@NullMarked
package dev.ticktock.publish;

import org.jspecify.annotations.NullMarked;
