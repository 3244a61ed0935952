package dev.ticktock.leader;

import java.util.List;

import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;

/**
 * The tick on a RabbitMQ.
 */
@RequiresRabbitMq
class RabbitMqTickIntegrationTests extends AbstractTickContract {

	@Override
	String publishedTo(String exchange) {
		return exchange + ".out";
	}

	@Override
	TestTopology topology() throws Exception {
		return new TestTopology(RabbitMq.get().connect());
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
