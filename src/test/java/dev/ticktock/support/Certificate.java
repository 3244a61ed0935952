package dev.ticktock.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost that signs itself, and its key, made by the JDK's
 * {@code keytool}.
 */
public final class Certificate {

	private static final String ALIAS = "web";

	private static final String PASSWORD = "changeit";

	private final KeyStore store;

	private Certificate(KeyStore store) {
		this.store = store;
	}

	/** Makes a certificate, valid from now on. */
	public static Certificate create(Path folder) throws Exception {
		Path file = folder.resolve("web.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD,
				"-keystore", file.toString())
			.redirectErrorStream(true)
			.start();
		String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (keytool.waitFor() != 0) {
			throw new IllegalStateException("keytool: " + output);
		}
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(file)) {
			store.load(stream, PASSWORD.toCharArray());
		}
		return new Certificate(store);
	}

	/** Writes the two files that web servers usually read. */
	public void writePem(Path certificate, Path key) throws IOException, GeneralSecurityException {
		Files.writeString(certificate, pem("CERTIFICATE", this.store.getCertificate(ALIAS).getEncoded()));
		Files.writeString(key, pem("PRIVATE KEY", this.store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
	}

	private static String pem(String label, byte[] content) {
		return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content));
	}

	/** Returns a client that trusts this certificate and no other. */
	public HttpClient client() throws IOException, GeneralSecurityException {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry(ALIAS, this.store.getCertificate(ALIAS));
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, factory.getTrustManagers(), null);
		return HttpClient.newBuilder().sslContext(context).build();
	}

}
