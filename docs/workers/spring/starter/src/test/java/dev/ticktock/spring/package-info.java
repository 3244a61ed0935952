@NullMarked
package dev.ticktock.spring;

import org.jspecify.annotations.NullMarked;
