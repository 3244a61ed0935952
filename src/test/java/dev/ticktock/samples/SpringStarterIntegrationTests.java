package dev.ticktock.samples;

import java.io.IOException;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs those tests of the starter for Spring that need a RabbitMQ.
 */
@RequiresRabbitMq(privateNode = true)
class SpringStarterIntegrationTests {

	@Test
	void keepsItsPromisesOnRabbitMq() throws IOException {
		Installation.Result result = Installation.of(SampleWorker.SPRING)
			.run("../../../mvnw -B -ntp -pl starter -Dtest=OnRabbitMqTests "
					+ "-Dticktock.test.amqp=amqp://guest:guest@127.0.0.1:%d/ test"
						.formatted(RabbitMqNode.shared().port()));
		assertThat(result.exitCode()).as("exit status of%n%s", result.output()).isZero();
		assertThat(result.output())
			.containsPattern("Tests run: [1-9]\\d*, Failures: 0, Errors: 0, Skipped: 0, .*OnRabbitMqTests");
	}

}
