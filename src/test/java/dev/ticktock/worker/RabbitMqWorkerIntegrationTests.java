package dev.ticktock.worker;

import java.util.List;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;

/**
 * The workers on a RabbitMQ of the tests' own, because they bring names of their own.
 */
@RequiresRabbitMq(privateNode = true)
class RabbitMqWorkerIntegrationTests extends AbstractWorkerContract {

	@Override
	int port() {
		return RabbitMqNode.shared().port();
	}

	@Override
	List<String> arguments() {
		return List.of("--spring.rabbitmq.port=" + port());
	}

}
