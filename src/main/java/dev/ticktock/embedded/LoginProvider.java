package dev.ticktock.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.qpid.server.model.AbstractConfiguredObjectTypeFactory;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.model.ManagedObject;
import org.apache.qpid.server.model.NamedAddressSpace;
import org.apache.qpid.server.plugin.ConfiguredObjectRegistration;
import org.apache.qpid.server.security.auth.AuthenticationResult;
import org.apache.qpid.server.security.auth.AuthenticationResult.AuthenticationStatus;
import org.apache.qpid.server.security.auth.manager.PlainAuthenticationProvider;
import org.apache.qpid.server.security.auth.sasl.SaslNegotiator;
import org.apache.qpid.server.security.auth.sasl.SaslSettings;
import org.apache.qpid.server.security.auth.sasl.plain.PlainNegotiator;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the embedded broker, which may also log in by AMQPLAIN, as php-amqplib
 * does by default: one response, which is an AMQP table with LOGIN and PASSWORD, without
 * the table's length in front.
 */
@ManagedObject(category = false, type = LoginProvider.TYPE,
		validChildTypes = "org.apache.qpid.server.security.auth.manager.ConfigModelPasswordManagingAuthenticationProvider#getSupportedUserTypes()")
public final class LoginProvider extends PlainAuthenticationProvider {

	static final String TYPE = "Login";

	private static final String AMQPLAIN = "AMQPLAIN";

	private LoginProvider(Map<String, Object> attributes, Broker<?> broker) {
		super(attributes, broker);
	}

	@Override
	public List<String> getMechanisms() {
		return Stream.concat(super.getMechanisms().stream(), Stream.of(AMQPLAIN)).toList();
	}

	@Override
	public @Nullable SaslNegotiator createSaslNegotiator(String mechanism, SaslSettings settings,
			NamedAddressSpace addressSpace) {
		return AMQPLAIN.equals(mechanism) ? new LoginNegotiator(this)
				: super.createSaslNegotiator(mechanism, settings, addressSpace);
	}

	/** Reads the table itself: Broker-J's own reader spins on one that is cut off. */
	private static final class LoginNegotiator extends PlainNegotiator {

		LoginNegotiator(LoginProvider accounts) {
			super(accounts);
		}

		@Override
		public AuthenticationResult handleResponse(byte[] response) {
			try {
				Map<String, String> table = table(ByteBuffer.wrap(response));
				String plain = "\0%s\0%s".formatted(table.get("LOGIN"), table.get("PASSWORD"));
				return super.handleResponse(plain.getBytes(StandardCharsets.UTF_8));
			}
			catch (RuntimeException ex) {
				return new AuthenticationResult(AuthenticationStatus.ERROR, ex);
			}
		}

		private static Map<String, String> table(ByteBuffer buffer) {
			Map<String, String> table = new HashMap<>();
			while (buffer.hasRemaining()) {
				String name = text(buffer, Byte.toUnsignedInt(buffer.get()));
				if (buffer.get() != 'S') {
					throw new IllegalArgumentException("a value is no long string");
				}
				table.put(name, text(buffer, buffer.getInt()));
			}
			return table;
		}

		private static String text(ByteBuffer buffer, int length) {
			String text = StandardCharsets.UTF_8.decode(buffer.slice(buffer.position(), length)).toString();
			buffer.position(buffer.position() + length);
			return text;
		}

	}

	/** Makes the type known to Broker-J, which finds it as a service. */
	public static final class Factory extends AbstractConfiguredObjectTypeFactory<PlainAuthenticationProvider>
			implements ConfiguredObjectRegistration {

		@SuppressWarnings("unchecked")
		public Factory() {
			// The type declares itself to be the one that it extends.
			super((Class<PlainAuthenticationProvider>) (Class<?>) LoginProvider.class);
		}

		@Override
		protected PlainAuthenticationProvider createInstance(Map<String, Object> attributes,
				ConfiguredObject<?> parent) {
			return new LoginProvider(attributes, (Broker<?>) parent);
		}

		@Override
		@SuppressWarnings("rawtypes")
		public Collection<Class<? extends ConfiguredObject>> getConfiguredObjectClasses() {
			return List.of(LoginProvider.class);
		}

	}

}
