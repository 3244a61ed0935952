package dev.ticktock.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.rabbitmq.client.AMQP;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of control messages that grow with the number of schedules: compressed JSON,
 * read piece by piece and within bounds.
 */
final class ZippedJson {

	/**
	 * A checkpoint of 100,000 schedules has some 8 MB, a record of slots of as many
	 * events 15 MB, and names at most 255 bytes.
	 */
	private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
		.maxDocumentLength(64_000_000)
		.maxNestingDepth(10)
		.maxStringLength(10_000)
		.maxNameLength(1_000)
		.build();

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder().streamReadConstraints(BOUNDS).build())
		.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_NULL))
		.build();

	private ZippedJson() {
	}

	/** Returns the properties of a control message in this form. */
	static AMQP.BasicProperties properties(String type, Trust trust) {
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(type)
			.userId(trust.user())
			.contentType("application/json")
			.contentEncoding("gzip")
			.deliveryMode(2)
			.build();
	}

	static ObjectNode object() {
		return JSON.createObjectNode();
	}

	static byte[] write(Object root) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(JSON.writeValueAsBytes(root));
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot compress a control message", ex);
		}
		return bytes.toByteArray();
	}

	static <T> T read(byte[] body, Class<T> type) throws IOException {
		try (JsonParser parser = parser(body)) {
			return JSON.readValue(parser, type);
		}
	}

	/** Returns a parser of a body; closing it is left to the caller. */
	static JsonParser parser(byte[] body) throws IOException {
		return JSON.createParser(new GZIPInputStream(new ByteArrayInputStream(body)));
	}

}
