package dev.ticktock.support;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.ticktock.TickTockApplication;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A TickTock in the process of the test.
 */
public final class TickTockApp {

	private TickTockApp() {
	}

	/** Starts a TickTock and waits until it has started. */
	public static ConfigurableApplicationContext start(List<String> arguments, String... more) {
		List<String> all = new ArrayList<>(List.of("--server.port=0"));
		all.addAll(arguments);
		all.addAll(Arrays.asList(more));
		return new SpringApplicationBuilder(TickTockApplication.class).registerShutdownHook(false)
			.run(all.toArray(String[]::new));
	}

	/** Returns what a TickTock answers to GET, with any status. */
	public static HttpResponse<String> get(ConfigurableApplicationContext app, String path) {
		return Commands
			.get("http://localhost:%s%s".formatted(app.getEnvironment().getProperty("local.server.port"), path));
	}

}
