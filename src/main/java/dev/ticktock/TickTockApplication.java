package dev.ticktock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Turns time into messages: publishes one tick for every slot of every schedule.
 */
@SpringBootApplication
public class TickTockApplication {

	public static void main(String[] args) {
		SpringApplication.run(TickTockApplication.class, args);
	}

}
