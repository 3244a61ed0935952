package dev.ticktock;

import java.time.Clock;

import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Turns time into messages: publishes one tick for every slot of every schedule.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class TickTockApplication {

	public static void main(String[] args) {
		Thread.setDefaultUncaughtExceptionHandler(new LastResort(Runtime.getRuntime()::halt));
		SpringApplication.run(TickTockApplication.class, args);
	}

	@Bean
	static Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	static Uptime uptime() {
		return Uptime.ofProcess();
	}

	@Bean
	static Hearts hearts(Uptime uptime) {
		return new Hearts(uptime);
	}

}
