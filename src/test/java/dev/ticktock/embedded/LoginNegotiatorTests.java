package dev.ticktock.embedded;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.apache.qpid.server.security.auth.AuthenticationResult;
import org.apache.qpid.server.security.auth.AuthenticationResult.AuthenticationStatus;
import org.apache.qpid.server.security.auth.manager.UsernamePasswordAuthenticationProvider;
import org.apache.qpid.server.security.auth.UsernamePrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoginNegotiator}.
 */
class LoginNegotiatorTests {

	private final LoginNegotiator negotiator = new LoginNegotiator(
			(UsernamePasswordAuthenticationProvider<?>) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { UsernamePasswordAuthenticationProvider.class },
					(proxy, method, arguments) -> authenticate(List.of(arguments))));

	private static AuthenticationResult authenticate(List<Object> arguments) {
		return arguments.equals(List.of("å", "secret")) ? new AuthenticationResult(new UsernamePrincipal("å", null))
				: new AuthenticationResult(AuthenticationStatus.ERROR);
	}

	private AuthenticationStatus answer(String response) {
		return this.negotiator.handleResponse(response.getBytes(StandardCharsets.UTF_8)).getStatus();
	}

	@Test
	void knowsWhoLogsIn() {
		assertThat(answer("\5LOGINS\0\0\0\2å\10PASSWORDS\0\0\0\6secret")).isEqualTo(AuthenticationStatus.SUCCESS);
		assertThat(this.negotiator.getAttemptedAuthenticationId()).isEqualTo("å");
		assertThat(answer("\10PASSWORDS\0\0\0\5wrong\5LOGINS\0\0\0\2å")).isEqualTo(AuthenticationStatus.ERROR);
	}

	@Test
	void asksForTheTableThatIsMissing() {
		assertThat(answer("")).isEqualTo(AuthenticationStatus.CONTINUE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\5LOGINS\0\0\0\2å", "\5LOGINS\0\0\0\7å", "\5LOGIN", "\5LOGINS\0\0", "\77LOGIN",
			"\5LOGINI\0\0\0\1", "\5LOGINS\177\0\0\0å", "\0guest\0guest" })
	void refusesWhatIsNoTable(String response) {
		assertThat(answer(response)).isEqualTo(AuthenticationStatus.ERROR);
	}

}
