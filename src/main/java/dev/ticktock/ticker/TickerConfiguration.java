package dev.ticktock.ticker;

import java.time.Clock;
import java.time.ZoneId;

import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import dev.ticktock.time.ZoneData;

import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Calls the ticker at each second and at the beginning of a term.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class TickerConfiguration {

	@Bean
	Ticker ticker(Leadership leadership, Ledger ledger, ScheduleSource schedules, TickMeters meters, Hearts hearts,
			Clock clock, Uptime uptime) {
		return new Ticker(leadership, ledger, schedules, meters, hearts.of("ticker"), clock, uptime);
	}

	@Bean
	StartLine startLine(Leadership leadership, ScheduleSource schedules, SchedulerProperties properties, Clock clock) {
		return new StartLine(leadership, schedules, properties, ZoneId.systemDefault(), ZoneData.ofThisJava(), clock);
	}

	/**
	 * One thread of the ticker's own. The scheduler would keep an Error to itself and go
	 * on; here it ends the process, as on any other thread.
	 */
	@Bean
	ThreadPoolTaskScheduler taskScheduler(ThreadPoolTaskSchedulerBuilder builder) {
		ThreadPoolTaskScheduler scheduler = builder.poolSize(1).threadNamePrefix("ticker-").build();
		scheduler.setErrorHandler((fault) -> {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
		});
		return scheduler;
	}

	@Bean
	ApplicationListener<?> tickWhenGranted(Ticker ticker, ThreadPoolTaskScheduler scheduler) {
		return ApplicationListener.<LeadershipStatus>forPayload((status) -> {
			if (status.role() == Role.LEADER) {
				scheduler.execute(ticker::tick);
			}
		});
	}

}
