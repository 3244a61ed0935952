package dev.ticktock.peers;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import com.zaxxer.hikari.HikariDataSource;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockingTaskExecutor;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

/**
 * An application that schedules jobs with a peer on PostgreSQL. Settings are the defaults
 * of the peer, except for those that it documents for jobs that are due each second, or
 * many at once.
 */
enum Peer {

	/** Takes up to as many triggers at a time as it has threads, instead of one. */
	QUARTZ("Quartz, clustered") {

		@Override
		void start(String url, List<String> jobs, String second) throws SchedulerException {
			Properties settings = new Properties();
			settings.putAll(Map.of("org.quartz.scheduler.instanceId", "AUTO", "org.quartz.threadPool.threadCount",
					String.valueOf(THREADS), "org.quartz.scheduler.batchTriggerAcquisitionMaxCount",
					String.valueOf(THREADS), "org.quartz.jobStore.acquireTriggersWithinLock", "true",
					"org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX",
					"org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate",
					"org.quartz.jobStore.isClustered", "true", "org.quartz.jobStore.dataSource", "peers"));
			settings.putAll(Map.of("org.quartz.dataSource.peers.provider", "hikaricp",
					"org.quartz.dataSource.peers.driver", "org.postgresql.Driver", "org.quartz.dataSource.peers.URL",
					url, "org.quartz.dataSource.peers.user", PostgreSql.USER,
					"org.quartz.dataSource.peers.maxConnections", String.valueOf(CONNECTIONS)));
			org.quartz.Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
			JobDetail job = JobBuilder.newJob(QuartzJob.class).withIdentity("job").storeDurably().build();
			if (!scheduler.checkExists(JobKey.jobKey("job"))) {
				scheduler.scheduleJobs(
						Map.of(job, jobs.stream().map((each) -> trigger(each, second)).collect(Collectors.toSet())),
						true);
			}
			scheduler.start();
		}

		private Trigger trigger(String name, String second) {
			return TriggerBuilder.newTrigger()
				.withIdentity(name)
				.withSchedule(
						CronScheduleBuilder.cronSchedule(second + " * * * * ?").inTimeZone(TimeZone.getTimeZone("UTC")))
				.build();
		}

	},

	/**
	 * Polls ten times a second, and takes executions in the same statement as it finds
	 * them.
	 */
	DB_SCHEDULER("db-scheduler") {

		@Override
		void start(String url, List<String> jobs, String second) {
			List<RecurringTask<Void>> tasks = jobs.stream()
				.map((job) -> Tasks.recurring(job, Schedules.cron(second + " * * * * *"))
					.execute((instance, context) -> Run.print(job, context.getExecution().executionTime)))
				.toList();
			Scheduler.create(dataSource(url))
				.startTasks(tasks)
				.threads(THREADS)
				.pollingInterval(Duration.ofMillis(100))
				.pollUsingLockAndFetch(0.5, 1)
				.build()
				.start();
		}

	},

	/**
	 * Holds a lock for half the time to the next slot at least, for instances that are
	 * late.
	 */
	SHEDLOCK("@Scheduled and ShedLock") {

		@Override
		void start(String url, List<String> jobs, String second) {
			LockingTaskExecutor executor = new DefaultLockingTaskExecutor(
					new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
						.withJdbcTemplate(new JdbcTemplate(dataSource(url)))
						.usingDbTime()
						.build()));
			ChronoUnit unit = second.equals("*") ? ChronoUnit.SECONDS : ChronoUnit.MINUTES;
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setPoolSize(THREADS);
			scheduler.initialize();
			for (String job : jobs) {
				scheduler.schedule(() -> {
					Instant now = Instant.now();
					executor.executeWithLock((Runnable) () -> Run.print(job, now.truncatedTo(unit)),
							new LockConfiguration(now, job, Duration.ofMinutes(1), unit.getDuration().dividedBy(2)));
				}, new CronTrigger(second + " * * * * *"));
			}
		}

	};

	/** Begins the names of the jobs. */
	static final String JOB = "job.";

	/** Printed by an instance that takes part. */
	static final String STARTED = "started";

	private static final int THREADS = 20;

	private static final int CONNECTIONS = 25;

	final String title;

	Peer(String title) {
		this.title = title;
	}

	/** Starts a scheduler with jobs that are due each second or each minute. */
	abstract void start(String url, List<String> jobs, String second) throws Exception;

	static List<String> jobs(int count) {
		return IntStream.range(0, count).mapToObj((i) -> JOB + i).toList();
	}

	private static HikariDataSource dataSource(String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setUsername(PostgreSql.USER);
		dataSource.setMaximumPoolSize(CONNECTIONS);
		return dataSource;
	}

	/**
	 * Arguments: the name of the peer, the URL of the database, the number of jobs, the
	 * second.
	 */
	public static void main(String... arguments) throws Exception {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
		valueOf(arguments[0]).start(arguments[1], jobs(Integer.parseInt(arguments[2])), arguments[3]);
		System.out.println(STARTED);
		Thread.currentThread().join();
	}

	/**
	 * The job, of which Quartz creates an instance for each run.
	 */
	public static final class QuartzJob implements org.quartz.Job {

		@Override
		public void execute(JobExecutionContext context) {
			Run.print(context.getTrigger().getKey().getName(), context.getScheduledFireTime().toInstant());
		}

	}

}
