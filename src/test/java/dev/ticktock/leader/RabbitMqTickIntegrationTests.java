package dev.ticktock.leader;

import java.util.List;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;

/**
 * The tick on a RabbitMQ.
 */
@RequiresRabbitMq
class RabbitMqTickIntegrationTests extends AbstractTickContract {

	@Override
	Connection connect() throws Exception {
		return RabbitMq.get().connect();
	}

	@Override
	List<String> arguments() {
		return RabbitMq.get().arguments();
	}

	@Override
	long validityLeft(Receipt receipt) {
		return Long.parseLong(receipt.properties().getExpiration());
	}

}
