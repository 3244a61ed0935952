package dev.ticktock.worker;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.jspecify.annotations.Nullable;

/**
 * The workers on a RabbitMQ of their own, because they bring names of their own.
 */
@RequiresRabbitMq(privateNode = true)
class RabbitMqWorkerIntegrationTests extends AbstractWorkerContract {

	private @Nullable RabbitMqNode node;

	@Override
	void startBroker() {
		this.node = new RabbitMqNode().start();
	}

	@Override
	void stopBroker() {
		if (this.node != null) {
			this.node.close();
		}
	}

	@Override
	int port() {
		if (this.node == null) {
			throw new IllegalStateException("no node");
		}
		return this.node.port();
	}

}
