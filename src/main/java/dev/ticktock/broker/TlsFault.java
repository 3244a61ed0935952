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

	/** Java's message if the first bytes of an answer are not TLS. */
	private static final Pattern NOT_TLS = Pattern
		.compile("(Unsupported or unrecognized SSL|Unrecognized SSL) message.*");

	private static final Pattern ALERT = Pattern.compile(
			"(\\(\\w+\\) )?Received fatal alert: (certificate_required|bad_certificate|unsupported_certificate|certificate_revoked|certificate_expired|certificate_unknown|unknown_ca|handshake_failure|access_denied)");

	private static final Pattern ENDED = Pattern.compile("Remote host terminated the handshake|Connection reset.*"
			+ "|Broken pipe.*|An established connection was aborted.*");

	/**
	 * Returns the fault of a connection over TLS that has failed; {@code null} if TLS
	 * plays no part.
	 */
	public static @Nullable TlsFault of(Throwable failure) {
		TlsFault found = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			TlsFault fault = ofOne(cause);
			found = (fault != null) ? fault : found;
		}
		return found;
	}

	private static @Nullable TlsFault ofOne(Throwable cause) {
		if (cause instanceof CertPathBuilderException) {
			return UNTRUSTED;
		}
		if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
			return OUT_OF_DATE;
		}
		String message = String.valueOf(cause.getMessage());
		if (cause instanceof CertificateException) {
			return message.startsWith("No ") ? OTHER_HOST : UNTRUSTED;
		}
		if (cause instanceof SSLException && NOT_TLS.matcher(message).matches()) {
			return NO_TLS;
		}
		if (cause instanceof SSLException && ALERT.matcher(message).matches()) {
			return REFUSED;
		}
		boolean closed = cause instanceof SSLException || cause instanceof SocketException
				|| cause instanceof EOFException;
		return (closed && (cause instanceof EOFException || ENDED.matcher(message).matches())) ? HUNG_UP : null;
	}

}
