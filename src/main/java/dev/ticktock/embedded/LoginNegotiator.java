package dev.ticktock.embedded;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.apache.qpid.server.security.auth.AuthenticationResult;
import org.apache.qpid.server.security.auth.AuthenticationResult.AuthenticationStatus;
import org.apache.qpid.server.security.auth.manager.UsernamePasswordAuthenticationProvider;
import org.apache.qpid.server.security.auth.sasl.SaslNegotiator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of AMQPLAIN: one response, which is an AMQP table with the long
 * strings LOGIN and PASSWORD, without the table's length in front.
 */
final class LoginNegotiator implements SaslNegotiator {

	static final String MECHANISM = "AMQPLAIN";

	private static final byte LONG_STRING = 'S';

	private final UsernamePasswordAuthenticationProvider<?> accounts;

	private volatile @Nullable String login;

	LoginNegotiator(UsernamePasswordAuthenticationProvider<?> accounts) {
		this.accounts = accounts;
	}

	@Override
	public AuthenticationResult handleResponse(byte[] response) {
		if (response.length == 0) {
			return new AuthenticationResult(new byte[0], AuthenticationStatus.CONTINUE);
		}
		Map<String, String> table;
		try {
			table = table(ByteBuffer.wrap(response));
		}
		catch (BufferUnderflowException ex) {
			return failed("the table ends early");
		}
		catch (IllegalArgumentException ex) {
			return failed(String.valueOf(ex.getMessage()));
		}
		String name = table.get("LOGIN");
		String password = table.get("PASSWORD");
		this.login = name;
		return (name != null && password != null) ? this.accounts.authenticate(name, password)
				: failed("there is no LOGIN or no PASSWORD");
	}

	private static AuthenticationResult failed(String reason) {
		return new AuthenticationResult(AuthenticationStatus.ERROR, new IllegalArgumentException(reason));
	}

	private static Map<String, String> table(ByteBuffer buffer) {
		Map<String, String> table = new HashMap<>();
		while (buffer.hasRemaining()) {
			String name = text(buffer, Byte.toUnsignedInt(buffer.get()));
			if (buffer.get() != LONG_STRING) {
				throw new IllegalArgumentException("a value is no long string");
			}
			table.put(name, text(buffer, buffer.getInt()));
		}
		return table;
	}

	private static String text(ByteBuffer buffer, int length) {
		if (length < 0 || length > buffer.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] text = new byte[length];
		buffer.get(text);
		return new String(text, StandardCharsets.UTF_8);
	}

	@Override
	public void dispose() {
		// There is nothing to let go of.
	}

	@Override
	public @Nullable String getAttemptedAuthenticationId() {
		return this.login;
	}

}
