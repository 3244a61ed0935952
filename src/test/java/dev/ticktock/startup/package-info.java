@NullMarked
package dev.ticktock.startup;

import org.jspecify.annotations.NullMarked;
