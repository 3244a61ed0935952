package dev.ticktock.message;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.Topology;

/**
 * Decodes the records of the journal. The broker writes the exchange of a message and
 * checks the account that a control message names, and so neither can be forged:
 * TickTock's account alone may publish to the exchange of its ticks, and control messages
 * count if they were published to the journal's queue by a {@linkplain Trust trusted}
 * account.
 */
public record JournalDecoder(Topology topology, Trust trust) {

	public JournalRecord read(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		String exchange = envelope.getExchange();
		String key = envelope.getRoutingKey();
		if (exchange.isEmpty()) {
			return control(key, properties, body);
		}
		if (exchange.equals(this.topology.missed())) {
			JournalRecord.Missed missed = TickMessage.readMissed(key, properties);
			return (missed != null && !this.topology.isOwn(missed.queue())) ? missed : new JournalRecord.Unknown();
		}
		if (exchange.equals(this.topology.outcome())) {
			return OutcomeMessage.read(key, properties, body);
		}
		JournalRecord tick = exchange.equals(this.topology.out()) ? TickMessage.read(key, properties, body) : null;
		return (tick != null) ? tick : new JournalRecord.ByHand(key);
	}

	private JournalRecord control(String key, AMQP.BasicProperties properties, byte[] body) {
		if (!TickMessage.APP_ID.equals(properties.getAppId())) {
			return new JournalRecord.Unknown();
		}
		if (!this.trust.isOf("", key, this.topology.journal(), properties)) {
			return new JournalRecord.Distrusted();
		}
		try {
			return ControlMessage.read(properties, body);
		}
		catch (IllegalArgumentException ex) {
			return new JournalRecord.Unreadable(String.valueOf(ex.getMessage()));
		}
	}

}
