package dev.ticktock.broker;

import java.io.EOFException;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * The reasons for which a TLS handshake fails.
 */
public enum TlsFault {

	/** No authority that is trusted here has signed the other side's certificate. */
	UNTRUSTED,

	/** The other side's certificate is for another host. */
	OTHER_HOST,

	/** The other side's certificate has expired, or begins later. */
	OUT_OF_DATE,

	/** The other side does not speak TLS. */
	NO_TLS,

	/** The other side refuses this side's certificate, or wants one and got none. */
	REFUSED,

	/**
	 * The other side has hung up. One that wants a certificate does so too, and what it
	 * says last may be lost.
	 */
	HUNG_UP;

	private static final Pattern REFUSAL = Pattern.compile(
			"Received fatal alert: (certificate_required|bad_certificate|unsupported_certificate|certificate_revoked|certificate_expired|certificate_unknown|unknown_ca|handshake_failure|access_denied)");

	private static final Pattern END = Pattern.compile("^(Remote host terminated the handshake|Connection reset"
			+ "|Broken pipe|An established connection was aborted)");

	/**
	 * Returns the fault of a connection over TLS that has failed; {@code null} if TLS
	 * plays no part.
	 */
	public static @Nullable TlsFault of(Throwable failure) {
		TlsFault root = (failure.getCause() != null) ? of(failure.getCause()) : null;
		return (root != null) ? root : ofOne(failure, String.valueOf(failure.getMessage()));
	}

	private static @Nullable TlsFault ofOne(Throwable failure, String message) {
		if (failure instanceof CertificateExpiredException || failure instanceof CertificateNotYetValidException) {
			return OUT_OF_DATE;
		}
		if (failure instanceof CertificateException && message.startsWith("No ")) {
			return OTHER_HOST;
		}
		if (failure instanceof CertificateException || failure instanceof CertPathBuilderException) {
			return UNTRUSTED;
		}
		if (failure instanceof SSLException && message.contains("nrecognized SSL message")) {
			return NO_TLS;
		}
		if (failure instanceof SSLException && REFUSAL.matcher(message).find()) {
			return REFUSED;
		}
		boolean ended = (failure instanceof SSLException || failure instanceof SocketException)
				&& END.matcher(message).find();
		return (ended || failure instanceof EOFException) ? HUNG_UP : null;
	}

}
