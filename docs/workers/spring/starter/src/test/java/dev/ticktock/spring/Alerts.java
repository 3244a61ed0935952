package dev.ticktock.spring;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class Alerts {

	@EventListener
	void alert(TickTockJobFailed failed) {
		System.err.println(failed.messageId() + " failed: " + failed.cause());
	}

}
