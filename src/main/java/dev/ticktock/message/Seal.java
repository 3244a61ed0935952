package dev.ticktock.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Shows that a tick was published in a term: its {@code correlation_id} follows from its
 * {@code message_id} and a secret of the term, which only the journal has, in the marker
 * and the checkpoints of that term. To a worker it is a UUID like any other.
 *
 * <p>
 * The UUID has the first 122 bits of HMAC-SHA-256 and is of version 8, which RFC 9562
 * leaves to those who make it.
 */
public final class Seal {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int SECRET_BYTES = 32;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final byte[] secret;

	private final Mac mac;

	private Seal(byte[] secret) {
		this.secret = secret;
		try {
			this.mac = Mac.getInstance(ALGORITHM);
			this.mac.init(new SecretKeySpec(secret, ALGORITHM));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java has " + ALGORITHM, ex);
		}
	}

	/** Makes the seal of a new term. */
	public static Seal fresh() {
		byte[] secret = new byte[SECRET_BYTES];
		RANDOM.nextBytes(secret);
		return new Seal(secret);
	}

	/**
	 * Reads what {@link #secret()} returned.
	 * @throws IllegalArgumentException if it is something else
	 */
	static Seal of(String secret) {
		byte[] bytes = Base64.getDecoder().decode(secret);
		if (bytes.length != SECRET_BYTES) {
			throw new IllegalArgumentException("a secret has %d bytes".formatted(SECRET_BYTES));
		}
		return new Seal(bytes);
	}

	/** Returns the secret, in Base64. For control messages alone. */
	String secret() {
		return Base64.getEncoder().encodeToString(this.secret);
	}

	/** Returns the {@code correlation_id} of a tick. */
	synchronized String sign(String messageId) {
		ByteBuffer digest = ByteBuffer.wrap(this.mac.doFinal(messageId.getBytes(StandardCharsets.UTF_8)));
		long high = (digest.getLong() & ~0xF000L) | 0x8000L;
		long low = (digest.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
		return new UUID(high, low).toString();
	}

	/** Says whether a message is a tick of the term. */
	public boolean isOn(@Nullable String messageId, @Nullable String correlationId) {
		return messageId != null && correlationId != null && MessageDigest
			.isEqual(sign(messageId).getBytes(StandardCharsets.UTF_8), correlationId.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Seal seal && MessageDigest.isEqual(this.secret, seal.secret);
	}

	@Override
	public int hashCode() {
		return ByteBuffer.wrap(this.secret).getInt();
	}

	@Override
	public String toString() {
		return "a secret";
	}

}
