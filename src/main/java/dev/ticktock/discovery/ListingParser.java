package dev.ticktock.discovery;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
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
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the bindings of the management API's listing one after another while it arrives,
 * and keeps no more than {@link Binding} has. A binding fits into one frame of AMQP, 128
 * kB, so its arguments stay within the bounds of the JSON parser, and only the number and
 * the size of all bindings can exceed a bound: the rest is left out then.
 */
final class ListingParser {

	/** The part of the size that names and schedules may have, which are kept. */
	private static final int KEPT = 8;

	private static final int DEEPEST = 100_000;

	private static final int LONGEST = 1_000_000;

	private final ObjectReader elements;

	private final int maxBindings;

	private final long maxSize;

	ListingParser(int maxBindings, long maxSize) {
		this.maxBindings = maxBindings;
		this.maxSize = maxSize;
		// Without a table of names: workers choose them, and it would fill.
		this.elements = JsonMapper
			.builder(JsonFactory.builder()
				.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
				.streamReadConstraints(StreamReadConstraints.builder()
					.maxDocumentLength(maxSize)
					.maxNestingDepth(DEEPEST)
					.maxStringLength(LONGEST)
					.build())
				.build())
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.build()
			.readerFor(Element.class);
	}

	/**
	 * Reads a listing as far as the bounds.
	 * @throws JacksonException if it is no JSON, or does not come to its end
	 * @throws IllegalArgumentException if it is no listing of bindings
	 */
	Listing parse(InputStream body, @Nullable Duration clockOffset) {
		List<Binding> bindings = new ArrayList<>();
		boolean whole = true;
		long room = this.maxSize / KEPT;
		try (JsonParser parser = this.elements.createParser(body)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new IllegalArgumentException("it is no array");
			}
			while (whole && parser.nextToken() != JsonToken.END_ARRAY) {
				Element element = this.elements.readValue(parser);
				Binding binding = element.binding();
				room -= binding.size();
				whole = room >= 0 && bindings.size() < this.maxBindings && bindings.add(binding);
			}
		}
		catch (StreamConstraintsException ex) {
			whole = false;
		}
		return new Listing(List.copyOf(bindings), whole, clockOffset);
	}

	/**
	 * An element of the listing.
	 *
	 * @param arguments a table, or an empty list in its place
	 */
	private record Element(@Nullable String destination, @Nullable String destinationType, @Nullable String routingKey,
			@Nullable Object arguments) {

		@SuppressWarnings("unchecked")
		Binding binding() {
			if (this.destination == null || this.routingKey == null) {
				throw new IllegalArgumentException("an element has no destination or no routing_key");
			}
			return Binding.of(this.destination, !"exchange".equals(this.destinationType), this.routingKey,
					(this.arguments instanceof Map<?, ?> table) ? (Map<String, ?>) table : Map.of());
		}

	}

}
