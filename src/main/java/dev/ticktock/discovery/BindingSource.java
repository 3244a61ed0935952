package dev.ticktock.discovery;

import dev.ticktock.broker.BrokerUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of an exchange.
 */
@FunctionalInterface
public interface BindingSource {

	/**
	 * Returns the bindings of the exchange as they are now; {@code null} if they are to
	 * be read elsewhere, because no broker runs in this process.
	 * @throws BrokerUnavailableException if they cannot be read, so that those that were
	 * read before still hold
	 */
	@Nullable Listing bindings(String exchange) throws BrokerUnavailableException;

}
