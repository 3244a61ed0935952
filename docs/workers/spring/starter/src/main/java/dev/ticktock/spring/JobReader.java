package dev.ticktock.spring;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Binding.DestinationType;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.Argument;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Reads a {@link TickTockJob}.
 */
class JobReader {

	private static final int MAX_NAME_BYTES = 255;

	private final JobProperties properties;

	private final @Nullable String application;

	private final String instance;

	private final UnaryOperator<String> placeholders;

	/**
	 * Creates the reader of an application.
	 * @param properties the settings of all jobs
	 * @param application the name of the application; null if it has none
	 * @param instance what tells this instance of the application from the others
	 * @param placeholders replaces the placeholders in a text, and throws
	 * {@link IllegalArgumentException} for one without a value
	 */
	JobReader(JobProperties properties, @Nullable String application, String instance,
			UnaryOperator<String> placeholders) {
		this.properties = properties;
		this.application = application;
		this.instance = instance;
		this.placeholders = placeholders;
	}

	/**
	 * Reads the annotation of a method.
	 * @param where the bean and the method, for errors
	 * @param method the method
	 * @param annotation its annotation
	 * @return the job
	 * @throws InvalidJobException if this is not a job
	 */
	Job read(String where, Method method, TickTockJob annotation) {
		return new Reading(where, method, annotation).job();
	}

	/**
	 * Reads one annotation.
	 */
	private final class Reading {

		private final String where;

		private final Method method;

		private final TickTockJob annotation;

		Reading(String where, Method method, TickTockJob annotation) {
			this.where = where;
			this.method = method;
			this.annotation = annotation;
		}

		Job job() {
			checkConsumers();
			String key = key();
			Map<String, Object> schedule = schedule(key);
			String id = id();
			Queue queue = queue(id);
			List<Binding> former = Arrays.stream(this.annotation.former())
				.map((binding) -> former(binding, key, queue))
				.toList();
			return new Job(id, queue, binding(queue, key, schedule), former, this.annotation.concurrency());
		}

		private void checkConsumers() {
			if (this.annotation.concurrency() < 1) {
				throw invalid("the concurrency is " + this.annotation.concurrency() + ".", "Use at least 1.");
			}
			if (this.annotation.singleActiveConsumer() && this.annotation.concurrency() > 1) {
				throw invalid("of a single active consumer, only one of " + this.annotation.concurrency()
						+ " threads would work.", "Leave out one of singleActiveConsumer and concurrency.");
			}
			if (this.annotation.singleActiveConsumer() && this.annotation.everyInstance()) {
				throw invalid("a job that every instance runs has no single active consumer.",
						"Leave out one of singleActiveConsumer and everyInstance.");
			}
		}

		private String key() {
			String key = resolve(this.annotation.key());
			if (key.isEmpty()) {
				throw invalid("the key is empty.", "Name an event, such as @TickTockJob(\"cron.minute.5\").");
			}
			return checkLength("key", key);
		}

		private Map<String, Object> schedule(String key) {
			Map<String, Object> schedule = arguments(this.annotation.cron(), this.annotation.zone(),
					this.annotation.validity());
			if (!schedule.isEmpty() && !schedule.containsKey("cron")) {
				throw invalid("it has a " + String.join(" and a ", schedule.keySet()) + " without cron.",
						"Add cron, or leave them to TickTock's configuration of \"" + key + "\".");
			}
			if (!schedule.isEmpty() && Arrays.stream(key.split("\\.")).anyMatch((word) -> word.matches("[*#]"))) {
				throw invalid("the key \"" + key + "\" has a wildcard, but a schedule belongs to one event.",
						"Name one event, or leave out cron.");
			}
			return schedule;
		}

		private String id() {
			String name = resolve(this.annotation.name());
			String queue = resolve(this.annotation.queue());
			if (!queue.isEmpty() && !name.isEmpty()) {
				throw invalid(
						"the queue \"" + queue + "\" is named in full, so the name \"" + name + "\" has no effect.",
						"Leave out one of name and queue.");
			}
			if (!queue.isEmpty()) {
				return queue;
			}
			if (!StringUtils.hasText(JobReader.this.application)) {
				throw invalid("the application has no name, which its queue would begin with.",
						"Set spring.application.name, or name the queue, such as @TickTockJob(key = \""
								+ this.annotation.key() + "\", queue = \"my-app." + this.method.getName() + "\").");
			}
			return JobReader.this.application + "." + (name.isEmpty() ? this.method.getName() : name);
		}

		private Queue queue(String id) {
			Map<String, Object> arguments = new LinkedHashMap<>();
			String missed = JobReader.this.properties.missedExchangeOrDefault();
			if (!missed.isEmpty()) {
				arguments.put("x-dead-letter-exchange", missed);
			}
			if (this.annotation.singleActiveConsumer()) {
				arguments.put("x-single-active-consumer", true);
			}
			for (Argument argument : this.annotation.arguments()) {
				arguments.put(resolve(argument.name()), value(argument));
			}
			boolean own = this.annotation.everyInstance();
			String name = checkLength("name of the queue", own ? id + "." + JobReader.this.instance : id);
			return new Queue(name, !own, own, false, arguments);
		}

		private Object value(Argument argument) {
			String text = resolve(argument.value());
			try {
				Class<?> type = ClassUtils.forName(argument.type(), getClass().getClassLoader());
				Object value = DefaultConversionService.getSharedInstance().convert(text, type);
				return (value != null) ? value : text;
			}
			catch (ClassNotFoundException | LinkageError | ConversionException ex) {
				throw invalid("the value \"" + text + "\" of the argument " + argument.name() + " is no "
						+ argument.type() + ".", "Use a type such as java.lang.Integer.");
			}
		}

		private Binding former(TickTockJob.Former former, String key, Queue queue) {
			String formerKey = resolve(former.key());
			Map<String, Object> schedule = arguments(former.cron(), former.zone(), former.validity());
			boolean sameKey = formerKey.isEmpty() || formerKey.equals(key);
			if (sameKey && schedule.equals(schedule(key))) {
				throw invalid("a former binding is the present one.", "Leave it out, or say what it had before.");
			}
			return binding(queue, sameKey ? key : formerKey, schedule);
		}

		private Binding binding(Queue queue, String key, Map<String, Object> arguments) {
			return new Binding(queue.getName(), DestinationType.QUEUE, JobReader.this.properties.exchange(), key,
					arguments);
		}

		private Map<String, Object> arguments(String cron, String zone, String validity) {
			Map<String, Object> arguments = new LinkedHashMap<>();
			put(arguments, "cron", cron);
			put(arguments, "zone", zone);
			put(arguments, "validity", validity);
			return arguments;
		}

		private void put(Map<String, Object> arguments, String name, String text) {
			String value = resolve(text);
			if (!value.isEmpty()) {
				arguments.put(name, value);
			}
		}

		private String checkLength(String what, String text) {
			if (text.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
				throw invalid("the " + what + " \"" + text + "\" is longer than " + MAX_NAME_BYTES + " bytes.",
						"Shorten it.");
			}
			return text;
		}

		private String resolve(String text) {
			try {
				return JobReader.this.placeholders.apply(text).trim();
			}
			catch (IllegalArgumentException ex) {
				throw invalid("\"" + text + "\" has a placeholder without a value.",
						"Set the property, or give a default, such as ${report.key:cron.minute.5}.");
			}
		}

		private InvalidJobException invalid(String problem, String remedy) {
			return new InvalidJobException("@TickTockJob on " + this.where + ": " + problem, remedy);
		}

	}

}
