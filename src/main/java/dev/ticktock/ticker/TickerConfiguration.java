package dev.ticktock.ticker;

import java.time.Clock;
import java.time.ZoneId;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.TermGranted;
import dev.ticktock.leader.SetAside;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import dev.ticktock.time.ZoneData;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Wires the ticker to the second and to the beginning of a term.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(SchedulerProperties.class)
class TickerConfiguration {

	@Bean
	ScheduleRegistry schedules(SchedulerProperties properties) {
		return new ScheduleRegistry(properties.schedules(), properties.switchedOff());
	}

	@Bean
	Ticker ticker(Leadership leadership, ScheduleSource schedules, TickMeters meters, SetAside setAside, Clock clock,
			Uptime uptime) {
		return new Ticker(leadership, schedules, meters, setAside, clock, uptime);
	}

	@Bean
	Welcome welcome(Leadership leadership, ScheduleSource schedules, SchedulerProperties properties, Clock clock) {
		return new Welcome(leadership, schedules, properties, ZoneId.systemDefault(), ZoneData.ofThisJava(), clock);
	}

	/**
	 * One thread of the ticker's own, whatever other threads are configured to be.
	 */
	@Bean
	ThreadPoolTaskScheduler taskScheduler(ThreadPoolTaskSchedulerBuilder builder, Leadership leadership, Hearts hearts,
			Uptime uptime) {
		return builder.poolSize(1)
			.threadNamePrefix("ticker-")
			.configure(new TickerThread(hearts.of("ticker", leadership::heldUpUntil), uptime));
	}

	@Bean
	ApplicationListener<?> tickWhenGranted(Ticker ticker, ThreadPoolTaskScheduler scheduler) {
		return ApplicationListener.<TermGranted>forPayload((granted) -> scheduler.execute(ticker::tick));
	}

}
