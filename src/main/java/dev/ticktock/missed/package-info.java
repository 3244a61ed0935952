/**
 * Knows which ticks nobody took: reads what the queues of workers have given away.
 */
@NullMarked
package dev.ticktock.missed;

import org.jspecify.annotations.NullMarked;
