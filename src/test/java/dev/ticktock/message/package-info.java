@NullMarked
package dev.ticktock.message;

import org.jspecify.annotations.NullMarked;
