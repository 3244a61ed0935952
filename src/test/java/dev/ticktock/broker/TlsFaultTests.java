package dev.ticktock.broker;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link TlsFault}, in the words of Java 17 and 25.
 */
class TlsFaultTests {

	static Stream<Arguments> failures() {
		return Stream.of(
				arguments(handshake(new CertificateException(new CertPathBuilderException("unable to find"))),
						TlsFault.UNTRUSTED),
				arguments(handshake(new CertificateException("No name matching rabbit found")), TlsFault.OTHER_HOST),
				arguments(handshake(new CertificateException("No subject alternative DNS name matching rabbit found.")),
						TlsFault.OTHER_HOST),
				arguments(handshake(new CertificateException("PKIX path validation failed",
						new CertificateExpiredException("NotAfter: Mon"))), TlsFault.OUT_OF_DATE),
				arguments(handshake(new CertificateNotYetValidException("NotBefore: Mon")), TlsFault.OUT_OF_DATE),
				arguments(new SSLException("Unsupported or unrecognized SSL message"), TlsFault.NO_TLS),
				arguments(new SSLHandshakeException("Received fatal alert: certificate_required"), TlsFault.REFUSED),
				arguments(new SSLHandshakeException("(bad_certificate) Received fatal alert: bad_certificate"),
						TlsFault.REFUSED),
				arguments(new SSLHandshakeException("Received fatal alert: unknown_ca"), TlsFault.REFUSED),
				arguments(new SSLHandshakeException("Remote host terminated the handshake"), TlsFault.HUNG_UP),
				arguments(new SocketException("Connection reset"), TlsFault.HUNG_UP),
				arguments(new SocketException("Broken pipe"), TlsFault.HUNG_UP),
				arguments(new IOException(new EOFException()), TlsFault.HUNG_UP));
	}

	private static IOException handshake(Exception cause) {
		SSLHandshakeException failed = new SSLHandshakeException(cause.getMessage());
		failed.initCause(cause);
		return new IOException(failed);
	}

	static Stream<Exception> otherFailures() {
		return Stream.of(new ConnectException("Connection refused"), new SocketTimeoutException("Read timed out"),
				new IOException("No compatible authentication mechanism found"),
				new SSLException("Received fatal alert: internal_error"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void aFailureIsRecognised(Exception failure, TlsFault fault) {
		assertThat(TlsFault.of(failure)).isEqualTo(fault);
	}

	@ParameterizedTest
	@MethodSource("otherFailures")
	void anotherIsNot(Exception failure) {
		assertThat(TlsFault.of(failure)).isNull();
	}

	@Test
	void theRootOfTheMatterCounts() {
		SSLException outer = new SSLException("Connection reset by peer",
				handshake(new CertificateException("No name matching a found")));
		assertThat(TlsFault.of(outer)).isEqualTo(TlsFault.OTHER_HOST);
	}

}
