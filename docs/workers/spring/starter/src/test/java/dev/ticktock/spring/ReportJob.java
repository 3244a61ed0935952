package dev.ticktock.spring;

import org.springframework.stereotype.Component;

@Component
class ReportJob {

	@TickTockJob("cron.minute.5")
	void report(Tick tick) {
		System.out.println("reporting what happened from " + tick.previous() + " to " + tick.slot());
	}

}
