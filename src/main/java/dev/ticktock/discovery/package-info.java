/**
 * Reads the bindings of the exchange: the schedules that workers register by arguments,
 * and the queues that listen to each event.
 */
@NullMarked
package dev.ticktock.discovery;

import org.jspecify.annotations.NullMarked;
