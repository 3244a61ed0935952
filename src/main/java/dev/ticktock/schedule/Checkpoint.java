package dev.ticktock.schedule;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The {@link Progress} of a leader, for the leaders to come.
 *
 * @param cursor the last tick published
 * @param schedules the schedules that the leader covers, by event
 * @param holds what the leader has on hold; {@code null} if its version knows no holds
 */
public record Checkpoint(Cursor cursor, Map<String, Covered> schedules, @Nullable Holds holds) {

	public Checkpoint {
		schedules = Collections.unmodifiableMap(new HashMap<>(schedules));
	}

	/**
	 * Returns the latest instant until which anything is done: no later than the clock of
	 * the leader said.
	 */
	public Instant latest() {
		return Stream.concat(Stream.of(this.cursor.slot()), this.schedules.values().stream().map(Covered::doneUntil))
			.max(Comparator.naturalOrder())
			.orElseThrow();
	}

	/**
	 * One schedule.
	 *
	 * @param definition what its slots follow from
	 * @param registered whether a worker has registered it
	 * @param doneUntil the instant until which every slot is done
	 * @param rememberedUntil until when a schedule that is due once is remembered after
	 * it was dropped, so that it is not due again; {@code null} for others
	 */
	public record Covered(String definition, boolean registered, Instant doneUntil, @Nullable Instant rememberedUntil) {

		public Covered {
			Objects.requireNonNull(definition, "a definition is missing");
			Objects.requireNonNull(doneUntil, "an instant is missing");
		}

		Covered atLeastUntil(Instant instant) {
			return instant.isAfter(this.doneUntil)
					? new Covered(this.definition, this.registered, instant, this.rememberedUntil) : this;
		}

		boolean isOnce() {
			return this.rememberedUntil != null;
		}

		/**
		 * Whether its only slot is done, and was worth running until after an instant.
		 */
		boolean isRemembered(Instant instant) {
			return this.rememberedUntil != null && instant.isBefore(this.rememberedUntil)
					&& !this.doneUntil.isBefore(OnceTiming.slotOf(this.definition));
		}

	}

}
