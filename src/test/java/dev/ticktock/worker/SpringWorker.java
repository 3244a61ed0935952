package dev.ticktock.worker;

import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.amqp.core.ExchangeTypes;
import org.springframework.amqp.rabbit.annotation.Argument;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.messaging.handler.annotation.Header;

/**
 * A worker as users have it: a listener whose binding declares everything it needs. Not
 * annotated as a configuration, which every TickTock of a test would find.
 */
@ImportAutoConfiguration(RabbitAutoConfiguration.class)
class SpringWorker {

	private final List<Date> slots = new CopyOnWriteArrayList<>();

	@RabbitListener(
			bindings = @QueueBinding(
					value = @Queue(name = "${spring.application.name}.worker.my_job", durable = "false",
							exclusive = "false", autoDelete = "false",
							arguments = @Argument(name = "x-message-ttl", value = "150000",
									type = "java.lang.Integer")),
					exchange = @Exchange(name = "my.scheduler", type = ExchangeTypes.TOPIC, durable = "true",
							ignoreDeclarationExceptions = "true"),
					key = "cron.minute.1"))
	void myJob(@Header("timestamp") Date slot) {
		this.slots.add(slot);
	}

	List<Date> slots() {
		return List.copyOf(this.slots);
	}

}
