package dev.ticktock.discovery;

import java.io.InputStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Takes the bindings out of the management API's listing while it arrives. Only what is
 * asked for is ever built, and no binding, however large or deep, keeps the others from
 * being read. Used by one thread, because a binding that comes again is the same
 * instance.
 */
final class ListingParser {

	/** Without a table of names: workers choose them, and it would fill. */
	private static final JsonFactory JSON = JsonFactory.builder()
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
		.build();

	private final int maxBindings;

	private final long maxSize;

	private final KnownBindings known = new KnownBindings();

	/**
	 * Creates a parser.
	 * @param maxBindings how many bindings are read
	 * @param maxSize how many bytes are read
	 */
	ListingParser(int maxBindings, long maxSize) {
		this.maxBindings = maxBindings;
		this.maxSize = maxSize;
	}

	/**
	 * Reads a listing as far as the bounds.
	 * @throws JacksonException if it is no JSON, or does not come to its end
	 * @throws IllegalArgumentException if it is no listing of bindings
	 */
	Listing parse(InputStream body, @Nullable ClockReading clocks) {
		PrunedJson pruned = new PrunedJson(body, this.maxSize);
		BoundedBindings bindings = new BoundedBindings(this.maxBindings);
		boolean complete = false;
		this.known.begin();
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), pruned)) {
			require(parser.nextToken() == JsonToken.START_ARRAY, "it is no array");
			bindings(parser, bindings);
			complete = true;
		}
		catch (JacksonException ex) {
			if (!pruned.exceeded()) {
				throw ex;
			}
		}
		Listing listing = bindings.listing(complete, clocks);
		this.known.end(listing.bindings());
		return listing;
	}

	private void bindings(JsonParser parser, BoundedBindings bindings) {
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			require(parser.currentToken() == JsonToken.START_OBJECT, "an element is no object");
			bindings.add(this.known.known(binding(parser)));
		}
	}

	private static Binding binding(JsonParser parser) {
		String destination = null;
		String key = null;
		String type = null;
		Request request = null;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			switch (name) {
				case "destination" -> destination = text(parser);
				case "destination_type" -> type = text(parser);
				case "routing_key" -> key = text(parser);
				case "arguments" -> request = request(parser);
				default -> parser.skipChildren();
			}
		}
		if (destination == null || key == null) {
			throw new IllegalArgumentException("an element has no destination or no routing_key");
		}
		return new Binding(destination, !"exchange".equals(type), key, request);
	}

	private static @Nullable String text(JsonParser parser) {
		if (parser.currentToken() == JsonToken.VALUE_STRING) {
			return parser.getString();
		}
		parser.skipChildren();
		return null;
	}

	private static @Nullable Request request(JsonParser parser) {
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			parser.skipChildren();
			return null;
		}
		Argument cron = null;
		Argument zone = null;
		Argument validity = null;
		String misspelt = null;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			switch (name) {
				case Request.CRON -> cron = argument(parser);
				case Request.ZONE -> zone = argument(parser);
				case Request.VALIDITY -> validity = argument(parser);
				default -> {
					if (Request.meant(name) != null && argument(parser) != null) {
						misspelt = Request.misspelt(misspelt, name);
					}
					parser.skipChildren();
				}
			}
		}
		return Request.of(cron, zone, validity, misspelt);
	}

	private static @Nullable Argument argument(JsonParser parser) {
		return switch (parser.currentToken()) {
			case VALUE_NULL -> null;
			case VALUE_STRING -> Argument.of(parser.getString());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Argument(Argument.Kind.NUMBER, parser.getString());
			default -> {
				parser.skipChildren();
				yield new Argument(Argument.Kind.OTHER, "");
			}
		};
	}

	private static void require(boolean holds, String otherwise) {
		if (!holds) {
			throw new IllegalArgumentException(otherwise);
		}
	}

}
