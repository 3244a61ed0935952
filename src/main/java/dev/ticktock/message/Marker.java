package dev.ticktock.message;

import com.rabbitmq.client.AMQP;

/**
 * A record of the journal that its publisher waits to read: all that was published before
 * has been read then.
 */
public final class Marker {

	public static final String TYPE = "marker";

	private Marker() {
	}

	/**
	 * Returns the properties of a marker, which has no body.
	 * @param id what tells it from others
	 */
	public static AMQP.BasicProperties properties(String id, Trust trust) {
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(TYPE)
			.messageId(id)
			.userId(trust.user())
			.deliveryMode(2)
			.build();
	}

}
