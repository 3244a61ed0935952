package dev.ticktock.support;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority of a test, made by the JDK's {@code keytool}. It issues
 * certificates for servers and clients on localhost, as files in PEM.
 */
public final class CertificateAuthority {

	private static final String PASSWORD = "changeit";

	private final Path folder;

	private final Path store;

	private final Path certificate;

	private CertificateAuthority(Path folder, String name) {
		this.folder = folder;
		this.store = folder.resolve(name + ".p12");
		this.certificate = folder.resolve(name + ".crt");
	}

	/**
	 * Makes an authority, which writes its files and those that it issues to a folder.
	 */
	public static CertificateAuthority create(Path folder, String name) {
		CertificateAuthority authority = new CertificateAuthority(folder, name);
		keytool(authority.store, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c",
				"-validity", "2");
		keytool(authority.store, "-exportcert", "-alias", "ca", "-rfc", "-file", authority.certificate.toString());
		return authority;
	}

	public Path certificate() {
		return this.certificate;
	}

	/**
	 * Issues a certificate with a new key, in files with a name. The alternatives are
	 * written for keytool, such as {@code dns:localhost,ip:127.0.0.1}.
	 */
	public Issued issue(String file, String commonName, String alternatives)
			throws IOException, GeneralSecurityException {
		Path keys = this.folder.resolve(file + ".p12");
		String request = this.folder.resolve(file + ".csr").toString();
		Issued issued = new Issued(this.folder.resolve(file + ".crt"), this.folder.resolve(file + ".key"));
		keytool(keys, "-genkeypair", "-alias", file, "-keyalg", "EC", "-dname", "CN=" + commonName);
		keytool(keys, "-certreq", "-alias", file, "-file", request);
		keytool(this.store, "-gencert", "-alias", "ca", "-rfc", "-infile", request, "-outfile",
				issued.certificate().toString(), "-ext", "san=" + alternatives, "-validity", "2");
		byte[] key = load(keys).getKey(file, PASSWORD.toCharArray()).getEncoded();
		Files.writeString(issued.key(), "-----BEGIN PRIVATE KEY-----%n%s%n-----END PRIVATE KEY-----%n"
			.formatted(Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(key)));
		return issued;
	}

	/** Returns a client that trusts what this authority issues, and no other. */
	public HttpClient client() throws IOException, GeneralSecurityException {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("ca", load(this.store).getCertificate("ca"));
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, factory.getTrustManagers(), null);
		return HttpClient.newBuilder().sslContext(context).build();
	}

	private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
		return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
	}

	private static void keytool(Path store, String... arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(List.of(arguments));
		command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
		Commands.run(command);
	}

	/**
	 * The files of a certificate and of its private key.
	 */
	public record Issued(Path certificate, Path key) {

	}

}
