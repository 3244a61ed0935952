package dev.ticktock.samples;

import dev.ticktock.support.Program;
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
	void keepsItsPromisesOnRabbitMq() {
		String broker = "amqp://guest:guest@127.0.0.1:" + RabbitMqNode.shared().port() + "/";
		try (Program tests = Installation.of(SampleWorker.SPRING)
			.run("../../../mvnw -B -ntp -pl starter -Dtest=OnRabbitMqTests -Dticktock.test.amqp=" + broker + " test")) {
			assertThat(tests.exitCode(Installation.LONG)).as("%s", tests).isZero();
			assertThat(tests.find(".*Tests run: [1-9]\\d*, Failures: 0, Errors: 0, Skipped: 0, .*OnRabbitMqTests.*"))
				.isNotEmpty();
		}
	}

}
