package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * A broker that may run in this process, where its bindings can be read without asking
 * over the network.
 */
@FunctionalInterface
public interface LocalBroker {

	/**
	 * Returns where to read the bindings; {@code null} if the broker runs elsewhere.
	 * @param maxBindings how many bindings are read
	 */
	@Nullable BindingSource bindingSource(int maxBindings);

}
