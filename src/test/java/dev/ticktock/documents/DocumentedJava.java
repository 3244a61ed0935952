package dev.ticktock.documents;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import dev.ticktock.documents.Document.Block;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles a class as a reader would who has let an editor add the imports.
 */
final class DocumentedJava {

	private static final String IMPORTS = """
			import java.util.*;
			import org.springframework.amqp.rabbit.annotation.*;
			import org.springframework.amqp.rabbit.annotation.Queue;
			import org.springframework.amqp.support.AmqpHeaders;
			import org.springframework.messaging.handler.annotation.Header;
			import org.springframework.stereotype.Component;
			""";

	private static final Pattern NAME = Pattern.compile("class (\\w+)");

	private DocumentedJava() {
	}

	/**
	 * Compiles a block, which is one class.
	 * @return the file of the class, in the folder
	 */
	static Path compile(Block block, Path folder) throws IOException {
		String name = name(block);
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		StringWriter errors = new StringWriter();
		JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"),
				JavaFileObject.Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return IMPORTS + block.text();
			}

		};
		boolean compiled = compiler
			.getTask(errors, null, null,
					List.of("-proc:none", "-parameters", "-d", folder.toString(), "-classpath", path), null,
					List.of(source))
			.call();
		assertThat(compiled).as(errors.toString()).isTrue();
		return folder.resolve(name + ".class");
	}

	/** Returns the name of the class in a block. */
	static String name(Block block) {
		Matcher matcher = NAME.matcher(block.text());
		assertThat(matcher.find()).as("a class in " + block).isTrue();
		return matcher.group(1);
	}

}
