package dev.ticktock.discovery;

/**
 * Where the bindings of an exchange can be read.
 */
@FunctionalInterface
public interface BindingSource {

	/**
	 * Returns the bindings of the exchange as they are now; none if there is no such
	 * exchange.
	 * @throws BindingsUnavailableException if they cannot be read; what was known before
	 * still holds as far as anybody can tell
	 */
	Listing bindings(String exchange) throws BindingsUnavailableException, InterruptedException;

}
