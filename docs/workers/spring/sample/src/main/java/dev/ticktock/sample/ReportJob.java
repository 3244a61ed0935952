package dev.ticktock.sample;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import dev.ticktock.spring.Tick;
import dev.ticktock.spring.TickTockJob;
import dev.ticktock.spring.TickTockJobFailed;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * A job whose settings come from the environment, see application.yaml.
 */
@Component
class ReportJob {

	private static final int REMEMBERED = 1000;

	private final Duration work;

	// Several instances need this in the database, in the transaction of the job.
	private final Deque<String> done = new ArrayDeque<>();

	ReportJob(@Value("${report.work}") Duration work) {
		this.work = work;
	}

	@TickTockJob(key = "${report.key}", queue = "${report.queue}", cron = "${report.cron}")
	void report(Tick tick) throws InterruptedException {
		String id = String.valueOf(tick.messageId());
		if (this.done.contains(id)) {
			System.out.println("again " + id);
			return;
		}
		System.out.println("started " + id + " from " + tick.previous() + " to " + tick.slot());
		Thread.sleep(this.work.toMillis());
		System.out.println("done " + id);
		this.done.add(id);
		if (this.done.size() > REMEMBERED) {
			this.done.remove();
		}
	}

	@EventListener
	void failed(TickTockJobFailed failed) {
		System.out.println("failed " + failed.messageId() + ": " + failed.cause().getMessage());
	}

}
