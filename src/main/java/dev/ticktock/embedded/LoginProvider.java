package dev.ticktock.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ManagedObject;
import org.apache.qpid.server.model.NamedAddressSpace;
import org.apache.qpid.server.security.auth.manager.PlainAuthenticationProvider;
import org.apache.qpid.server.security.auth.sasl.SaslNegotiator;
import org.apache.qpid.server.security.auth.sasl.SaslSettings;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the embedded broker, which may also log in by AMQPLAIN, as php-amqplib
 * does by default.
 */
@ManagedObject(category = false, type = LoginProvider.TYPE,
		validChildTypes = "org.apache.qpid.server.security.auth.manager.ConfigModelPasswordManagingAuthenticationProvider#getSupportedUserTypes()")
public final class LoginProvider extends PlainAuthenticationProvider {

	static final String TYPE = "Login";

	private final List<String> mechanisms;

	/**
	 * Creates the provider; Broker-J does, by {@link LoginProviderFactory}.
	 */
	LoginProvider(Map<String, Object> attributes, Broker<?> broker) {
		super(attributes, broker);
		List<String> all = new ArrayList<>(super.getMechanisms());
		all.add(LoginNegotiator.MECHANISM);
		this.mechanisms = List.copyOf(all);
	}

	@Override
	public List<String> getMechanisms() {
		return this.mechanisms;
	}

	@Override
	public @Nullable SaslNegotiator createSaslNegotiator(String mechanism, SaslSettings settings,
			NamedAddressSpace addressSpace) {
		return LoginNegotiator.MECHANISM.equals(mechanism) ? new LoginNegotiator(this)
				: super.createSaslNegotiator(mechanism, settings, addressSpace);
	}

}
