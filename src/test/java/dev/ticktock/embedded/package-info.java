@NullMarked
package dev.ticktock.embedded;

import org.jspecify.annotations.NullMarked;
