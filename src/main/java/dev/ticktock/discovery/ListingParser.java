package dev.ticktock.discovery;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the bindings of the management API's listing one after another while it arrives,
 * and keeps no more than {@link Binding} has. A binding fits into one frame of AMQP, 128
 * kB, so its arguments stay within the bounds of the JSON parser, and only the number and
 * the size of all bindings can exceed a bound: the rest is left out then. Used by one
 * thread, because a binding that comes again is the same instance: thousands of copies at
 * every reading would outlive the young generation, and each collection of the old one
 * would hold up the ticks.
 */
final class ListingParser {

	/** Of the names and schedules of all bindings together. */
	private static final long CHARACTERS_AT_MOST = 16 * 1024 * 1024;

	private static final int DEEPEST = 100_000;

	private static final int LONGEST = 1_000_000;

	private final JsonMapper json;

	private final int maxBindings;

	private List<Binding> before = List.of();

	/** The binding that comes next if the listing is the same as before. */
	private int next;

	/**
	 * Creates a parser.
	 * @param maxBindings how many bindings are read
	 * @param maxSize how many bytes are read
	 */
	ListingParser(int maxBindings, long maxSize) {
		this.maxBindings = maxBindings;
		// Without a table of names: workers choose them, and it would fill.
		this.json = JsonMapper
			.builder(JsonFactory.builder()
				.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
				.streamReadConstraints(StreamReadConstraints.builder()
					.maxDocumentLength(maxSize)
					.maxNestingDepth(DEEPEST)
					.maxStringLength(LONGEST)
					.build())
				.build())
			.build();
	}

	/**
	 * Reads a listing as far as the bounds.
	 * @throws JacksonException if it is no JSON, or does not come to its end
	 * @throws IllegalArgumentException if it is no listing of bindings
	 */
	Listing parse(InputStream body, @Nullable ClockReading clocks) {
		List<Binding> bindings = new ArrayList<>();
		boolean whole = true;
		long room = CHARACTERS_AT_MOST;
		this.next = 0;
		try (JsonParser parser = this.json.createParser(body)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new IllegalArgumentException("it is no array");
			}
			while (whole && parser.nextToken() != JsonToken.END_ARRAY) {
				Binding binding = known(binding(parser));
				room -= binding.size();
				whole = room >= 0 && bindings.size() < this.maxBindings && bindings.add(binding);
			}
		}
		catch (StreamConstraintsException ex) {
			whole = false;
		}
		this.before = List.copyOf(bindings);
		return new Listing(this.before, whole, clocks);
	}

	/** The order stays, so most are the next of the listing before, or the one after. */
	private Binding known(Binding binding) {
		for (int i = this.next; i < Math.min(this.next + 2, this.before.size()); i++) {
			if (this.before.get(i).equals(binding)) {
				this.next = i + 1;
				return this.before.get(i);
			}
		}
		return binding;
	}

	private static Binding binding(JsonParser parser) {
		String destination = null;
		String type = null;
		String key = null;
		Request request = null;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			switch (name) {
				case "destination" -> destination = parser.getValueAsString();
				case "destination_type" -> type = parser.getValueAsString();
				case "routing_key" -> key = parser.getValueAsString();
				case "arguments" -> request = request(parser.readValueAsTree());
				default -> {
				}
			}
			parser.skipChildren();
		}
		if (destination == null || key == null) {
			throw new IllegalArgumentException("an element has no destination or no routing_key");
		}
		return new Binding(destination, !"exchange".equals(type), key, request);
	}

	private static @Nullable Request request(JsonNode table) {
		Map<String, Object> arguments = new HashMap<>();
		table.properties().forEach((each) -> arguments.put(each.getKey(), value(each.getValue())));
		return Request.of(arguments);
	}

	private static @Nullable Object value(JsonNode argument) {
		return switch (argument.getNodeType()) {
			case STRING -> argument.stringValue();
			case NUMBER -> argument.numberValue();
			case NULL -> null;
			default -> Request.OTHER;
		};
	}

}
