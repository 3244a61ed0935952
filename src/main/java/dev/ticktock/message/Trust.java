package dev.ticktock.message;

import java.util.List;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;

/**
 * Determines which control messages count: tokens, markers, checkpoints, and records of
 * replicas and of skipped slots. They carry the publisher's account as {@code user_id},
 * which RabbitMQ checks against the login, and are published to their queue, through no
 * exchange that others may write to.
 *
 * @param user this replica's account
 * @param users the accounts whose control messages count; this one always does
 */
public record Trust(String user, List<String> users) {

	public Trust {
		users = Stream.concat(users.stream(), Stream.of(user)).toList();
	}

	/** Returns whether a control message counts, published to an exchange with a key. */
	public boolean isOf(String exchange, String key, String queue, AMQP.BasicProperties properties) {
		return exchange.isEmpty() && key.equals(queue) && properties.getUserId() != null
				&& this.users.contains(properties.getUserId());
	}

}
