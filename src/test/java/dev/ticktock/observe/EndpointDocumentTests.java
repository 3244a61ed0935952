package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ticktock.TestSchedules;
import dev.ticktock.discovery.Audience;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.documents.Document;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the answers in docs/endpoint.md have the fields that answers have, and have
 * the same types.
 */
class EndpointDocumentTests {

	/** As Spring Boot's endpoints write. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
		.changeDefaultPropertyInclusion((before) -> before.withValueInclusion(JsonInclude.Include.NON_NULL))
		.build();

	private final Observed observed = new Observed();

	/** Everything that can be said is said. */
	@BeforeEach
	void live() {
		String event = "report.nightly";
		this.observed.clock.set(Instant.parse("2026-03-27T12:00:00.250Z"));
		this.observed.schedules(TestSchedules.zoned(event, "30 2 * * *", "Europe/Oslo", null));
		this.observed.history.complete(this.observed.history.past(), Instant.parse("2026-03-20T12:00:00Z"));
		this.observed.published(event, Instant.parse("2026-03-27T01:30:00Z"), Duration.ofMillis(4));
		this.observed.history.byHand(event, Instant.parse("2026-03-27T09:12:31Z"));
		Instant slot = Instant.parse("2026-03-26T01:30:00Z");
		this.observed.history.skipped(new Skipping(Reason.OUTAGE, slot.minusSeconds(600),
				Instant.parse("2026-03-26T14:02:11.004Z"), List.of(new SkippedSlots(event, slot, slot, 1, false),
						new SkippedSlots(event, slot.minusSeconds(86_400), slot.minusSeconds(3600), 2, false))));
		this.observed.published("cron.second.30", Instant.parse("2026-03-27T12:00:00Z"), Duration.ofMillis(1500));
		Instant missed = Instant.parse("2026-03-26T22:15:00Z");
		this.observed.missed(event, "report", MissedReason.EXPIRED, missed.plusSeconds(43_200), missed);
		for (Instant answered : List.of(missed.minusSeconds(60), missed, missed.plusSeconds(60))) {
			this.observed.published(event, answered, Duration.ofMillis(4));
		}
		this.observed.answered(event, OutcomeStatus.FAILED, "disk full", missed.minusSeconds(60));
		this.observed.answered(event, OutcomeStatus.DONE, "", Instant.parse("2026-03-27T01:30:00Z"));
		this.observed.replica("host-2", "STANDBY", "same");
		this.observed.discovery = new DiscoveryStatus(this.observed.clock.instant(), null, true, 0, List.of(), 0,
				List.of(), 0, new Audience(Map.of(event, List.of("report")), 16, List.of(), 0), Duration.ofMillis(12));
	}

	@Test
	void theOverviewHasTheDocumentedFields() {
		Overview some = this.observed.endpoint.overview(1, 1, "nightly", null, null);
		Overview all = this.observed.endpoint.overview(1, 1, null, null, 9);
		assertDocumented("\"summary\"",
				new Overview(some.summary(), some.at(), some.replica(), some.replicas(), some.leader(), some.broker(),
						some.journal(), some.discovery(), some.problems(), some.schedules(), all.timeline()));
	}

	@Test
	void anEventHasTheDocumentedFields() {
		assertDocumented("\"ticks\"", Objects.requireNonNull(this.observed.endpoint.event("report.nightly")));
	}

	private static void assertDocumented(String containing, Object answer) {
		String documented = Document.of("docs/endpoint.md").block("json", containing).text();
		assertThat(fields(JSON.readTree(documented))).as(JSON.writeValueAsString(answer))
			.isEqualTo(fields(JSON.valueToTree(answer)));
	}

	private static Map<String, String> fields(JsonNode root) {
		Map<String, String> fields = new TreeMap<>();
		collect("", root, fields);
		return fields;
	}

	private static void collect(String path, JsonNode node, Map<String, String> fields) {
		fields.put(path, node.getNodeType().toString());
		node.properties().forEach((each) -> collect(path + "." + each.getKey(), each.getValue(), fields));
		if (node.isArray()) {
			node.forEach((each) -> collect(path + "[]", each, fields));
		}
	}

}
