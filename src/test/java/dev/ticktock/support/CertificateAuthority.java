package dev.ticktock.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * A certificate authority of a test, made by the JDK's {@code keytool}. It issues
 * certificates for servers and clients on localhost, as files in PEM.
 */
public final class CertificateAuthority {

	private static final String ALIAS = "ca";

	private final Path folder;

	private final Path store;

	private final Path certificate;

	private CertificateAuthority(Path folder, Path store, Path certificate) {
		this.folder = folder;
		this.store = store;
		this.certificate = certificate;
	}

	/**
	 * Makes an authority.
	 * @param folder where its files and those that it issues are written
	 * @param name what the files' names begin with, and the authority's common name
	 */
	public static CertificateAuthority create(Path folder, String name)
			throws IOException, InterruptedException, GeneralSecurityException {
		Path store = folder.resolve(name + ".p12");
		KeyTool.run(store, "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c",
				"-validity", "2");
		Path certificate = folder.resolve(name + ".crt");
		Files.writeString(certificate, KeyTool.certificate(KeyTool.load(store), ALIAS));
		return new CertificateAuthority(folder, store, certificate);
	}

	/** Returns the file with the authority's own certificate. */
	public Path certificate() {
		return this.certificate;
	}

	/**
	 * Issues a certificate with a new key.
	 * @param file what the files' names begin with
	 * @param commonName the common name of the subject
	 * @param alternatives the alternative names, as keytool writes them, such as
	 * {@code dns:localhost,ip:127.0.0.1}
	 */
	public Issued issue(String file, String commonName, String alternatives)
			throws IOException, InterruptedException, GeneralSecurityException {
		Path keys = this.folder.resolve(file + ".p12");
		KeyTool.run(keys, "-genkeypair", "-alias", file, "-keyalg", "EC", "-dname", "CN=" + commonName);
		Path request = this.folder.resolve(file + ".csr");
		Files.writeString(request, KeyTool.run(keys, "-certreq", "-alias", file));
		Issued issued = new Issued(this.folder.resolve(file + ".crt"), this.folder.resolve(file + ".key"));
		Files.writeString(issued.certificate(), KeyTool.run(this.store, "-gencert", "-alias", ALIAS, "-rfc", "-infile",
				request.toString(), "-ext", "san=" + alternatives, "-validity", "2"));
		Files.writeString(issued.key(), KeyTool.key(KeyTool.load(keys), file));
		return issued;
	}

	/**
	 * A certificate and its key.
	 *
	 * @param certificate the file of the certificate
	 * @param key the file of the private key
	 */
	public record Issued(Path certificate, Path key) {

	}

}
