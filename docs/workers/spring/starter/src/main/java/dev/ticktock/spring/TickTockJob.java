package dev.ticktock.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.amqp.rabbit.annotation.Argument;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs the method of a bean at each tick of an event. All instances of the application
 * share one durable queue, so each tick runs on one of them. The tick is acknowledged
 * when the method has returned; when it throws, the tick is rejected to the exchange of
 * missed ticks.
 *
 * <p>
 * The method returns nothing and takes any of these: a {@link Tick}, headers
 * ({@code @Header}, {@code @Headers}, {@code MessageHeaders}), a
 * {@link org.springframework.messaging.Message} with a {@link Tick} as payload, or the
 * {@link org.springframework.amqp.core.Message} as it came. All texts may have
 * placeholders such as <code>${report.key}</code>.
 *
 * <p>
 * The bean is looked up for each tick. So a lazy bean is made at its first tick, and a
 * prototype for each.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface TickTockJob {

	/**
	 * The same as {@link #key()}.
	 * @return the event
	 */
	@AliasFor("key")
	String value() default "";

	/**
	 * The event, which is the routing key of its ticks, such as {@code cron.minute.5}.
	 * Without {@link #cron()} it may have the wildcards {@code *} and {@code #}.
	 * @return the event
	 */
	@AliasFor("value")
	String key() default "";

	/**
	 * The name of the job; empty means the method's name. It is the end of the queue's
	 * name.
	 * @return the name
	 */
	String name() default "";

	/**
	 * The name of the queue; empty means <code>${spring.application.name}.</code> and the
	 * job's {@link #name()}.
	 * @return the name of the queue
	 */
	String queue() default "";

	/**
	 * The line of the schedule, such as {@code "30 2 * * *"} or {@code "@every 90s"}, if
	 * the job brings its own; empty means that TickTock has the schedule of the event.
	 * @return the line
	 */
	String cron() default "";

	/**
	 * The time zone of {@link #cron()}, such as {@code Europe/Oslo}; empty means the one
	 * in the line, otherwise TickTock's.
	 * @return the zone
	 */
	String zone() default "";

	/**
	 * How long a tick of {@link #cron()} is valid, such as {@code 90s}; empty means half
	 * the time to the next slot.
	 * @return the validity
	 */
	String validity() default "";

	/**
	 * What the job was bound with in earlier versions of the application. These bindings
	 * are removed at the start, since the broker keeps them otherwise, and with them
	 * their ticks and schedules.
	 * @return the former bindings
	 */
	Former[] former() default {};

	/**
	 * How many ticks this instance of the application works on at a time, at least 1.
	 * @return the number of threads
	 */
	int concurrency() default 1;

	/**
	 * Whether one instance of the application runs all ticks while it is connected, so
	 * that the job does not run twice at a time. An instance that loses its connection
	 * during a job works on, while the next one begins with the same tick.
	 * @return whether the queue has a single active consumer
	 */
	boolean singleActiveConsumer() default false;

	/**
	 * Whether each instance of the application runs each tick. It then has a queue of its
	 * own, which exists as long as its connection to the broker: ticks of the time
	 * without are not run.
	 * @return whether each instance has a queue
	 */
	boolean everyInstance() default false;

	/**
	 * More arguments of the queue, such as {@code x-max-length}. A queue that exists
	 * cannot change its arguments.
	 * @return the arguments
	 */
	Argument[] arguments() default {};

	/**
	 * A binding of an earlier version of the application, with all that it had.
	 */
	@Documented
	@Retention(RetentionPolicy.RUNTIME)
	@Target({})
	@interface Former {

		/**
		 * The key; empty means the present one.
		 * @return the key
		 */
		String key() default "";

		/**
		 * The line; empty means none.
		 * @return the line
		 */
		String cron() default "";

		/**
		 * The zone; empty means none.
		 * @return the zone
		 */
		String zone() default "";

		/**
		 * The validity; empty means none.
		 * @return the validity
		 */
		String validity() default "";

	}

}
