package dev.ticktock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A key whose events are not published for a while, because a person has bound it to the
 * queue of holds.
 *
 * @param key the key, which may have wildcards
 * @param by the argument {@code by} of the binding
 * @param why the argument {@code why} of the binding
 */
public record Hold(String key, @Nullable String by, @Nullable String why) {

	/** Returns the holder and the reason, in words; empty if neither is known. */
	public String describe() {
		return ((this.by != null) ? " by " + this.by : "") + ((this.why != null) ? ": " + this.why : "");
	}

}
