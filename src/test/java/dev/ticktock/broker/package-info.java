@NullMarked
package dev.ticktock.broker;

import org.jspecify.annotations.NullMarked;
