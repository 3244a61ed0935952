package dev.ticktock.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The JDK's {@code keytool}, on key stores of tests.
 */
final class KeyTool {

	static final String PASSWORD = "changeit";

	private KeyTool() {
	}

	/**
	 * Runs a command on a key store.
	 * @return what it printed
	 */
	static String run(Path store, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(Arrays.asList(arguments));
		command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
		Path errors = Files.createTempFile("keytool", ".log");
		try {
			Process keytool = new ProcessBuilder(command).redirectError(errors.toFile()).start();
			String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (keytool.waitFor() != 0) {
				throw new IllegalStateException("keytool: " + output + Files.readString(errors));
			}
			return output;
		}
		finally {
			Files.delete(errors);
		}
	}

	/** Reads a key store. */
	static KeyStore load(Path file) throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(file)) {
			store.load(stream, PASSWORD.toCharArray());
		}
		return store;
	}

	/** Returns the private key of an entry, in PEM. */
	static String key(KeyStore store, String alias) throws GeneralSecurityException {
		return pem("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded());
	}

	/** Returns the certificate of an entry, in PEM. */
	static String certificate(KeyStore store, String alias) throws GeneralSecurityException {
		return pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
	}

	private static String pem(String label, byte[] content) {
		return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content));
	}

}
