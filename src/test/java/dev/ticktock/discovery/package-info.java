@NullMarked
package dev.ticktock.discovery;

import org.jspecify.annotations.NullMarked;
