package dev.ticktock.support;

import java.time.Duration;

import dev.ticktock.time.Uptime;

/**
 * An uptime that passes when a test says so.
 */
public final class SettableUptime implements Uptime {

	private Duration now = Duration.ofHours(1);

	@Override
	public Duration now() {
		return this.now;
	}

	public void pass(Duration duration) {
		this.now = this.now.plus(duration);
	}

}
