@NullMarked
package dev.ticktock.journal;

import org.jspecify.annotations.NullMarked;
