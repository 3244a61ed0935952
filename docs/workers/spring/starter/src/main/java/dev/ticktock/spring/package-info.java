/**
 * Methods of Spring beans that run at the ticks of TickTock: {@link TickTockJob}.
 */
@NullMarked
package dev.ticktock.spring;

import org.jspecify.annotations.NullMarked;
