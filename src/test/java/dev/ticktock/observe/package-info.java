@NullMarked
package dev.ticktock.observe;

import org.jspecify.annotations.NullMarked;
