/**
 * Tests of how TickTock is deployed: its manifests, TLS to the broker, and accounts with
 * no more permissions than they need.
 */
@NullMarked
package dev.ticktock.deploy;

import org.jspecify.annotations.NullMarked;
