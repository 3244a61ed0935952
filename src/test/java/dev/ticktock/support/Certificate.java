package dev.ticktock.support;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost that signs itself, and its key, made by the JDK's
 * {@code keytool}.
 */
public final class Certificate {

	private static final String ALIAS = "web";

	private final KeyStore store;

	private Certificate(KeyStore store) {
		this.store = store;
	}

	/** Makes a certificate, valid from now on. */
	public static Certificate create(Path folder) throws Exception {
		Path file = folder.resolve("web.p12");
		KeyTool.run(file, "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-validity", "2");
		return new Certificate(KeyTool.load(file));
	}

	/** Writes the two files that web servers usually read. */
	public void writePem(Path certificate, Path key) throws IOException, GeneralSecurityException {
		Files.writeString(certificate, KeyTool.certificate(this.store, ALIAS));
		Files.writeString(key, KeyTool.key(this.store, ALIAS));
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
