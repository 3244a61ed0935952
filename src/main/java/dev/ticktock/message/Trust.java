package dev.ticktock.message;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.rabbitmq.client.AMQP;

/**
 * Determines which control messages count: tokens, markers, checkpoints, and records of
 * replicas and of skipped slots. They carry the publisher's account as {@code user_id},
 * which RabbitMQ checks against the login, and are published to their queue, through no
 * exchange that others may write to.
 *
 * @param user this replica's account
 * @param users all accounts whose control messages count, with this one
 */
public record Trust(String user, Set<String> users) {

	public Trust {
		users = Set.copyOf(users);
	}

	public static Trust of(String user, List<String> others) {
		Set<String> users = new LinkedHashSet<>(others);
		users.add(user);
		return new Trust(user, users);
	}

	/** Returns whether a control message counts, published to an exchange with a key. */
	public boolean isOf(String exchange, String key, String queue, AMQP.BasicProperties properties) {
		return exchange.isEmpty() && key.equals(queue) && properties.getUserId() != null
				&& this.users.contains(properties.getUserId());
	}

}
