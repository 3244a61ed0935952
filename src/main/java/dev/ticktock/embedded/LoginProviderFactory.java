package dev.ticktock.embedded;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.apache.qpid.server.model.AbstractConfiguredObjectTypeFactory;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.plugin.ConfiguredObjectRegistration;
import org.apache.qpid.server.security.auth.manager.PlainAuthenticationProvider;

/**
 * Makes {@link LoginProvider} known to Broker-J, which finds it as a service.
 */
public final class LoginProviderFactory extends AbstractConfiguredObjectTypeFactory<PlainAuthenticationProvider>
		implements ConfiguredObjectRegistration {

	/**
	 * Creates the factory; the service loader does.
	 */
	public LoginProviderFactory() {
		super(type());
	}

	/** The type says of itself that it is the one that it extends. */
	@SuppressWarnings("unchecked")
	private static Class<PlainAuthenticationProvider> type() {
		return (Class<PlainAuthenticationProvider>) (Class<?>) LoginProvider.class;
	}

	@Override
	protected PlainAuthenticationProvider createInstance(Map<String, Object> attributes, ConfiguredObject<?> parent) {
		return new LoginProvider(attributes, (Broker<?>) parent);
	}

	@Override
	@SuppressWarnings("rawtypes")
	public Collection<Class<? extends ConfiguredObject>> getConfiguredObjectClasses() {
		return List.of(LoginProvider.class);
	}

}
