/**
 * What integration tests stand on: brokers that can be killed, replicas that can be
 * killed, and recorders of what was published.
 */
@NullMarked
package dev.ticktock.support;

import org.jspecify.annotations.NullMarked;
