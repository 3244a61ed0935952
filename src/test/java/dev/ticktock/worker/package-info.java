@NullMarked
package dev.ticktock.worker;

import org.jspecify.annotations.NullMarked;
