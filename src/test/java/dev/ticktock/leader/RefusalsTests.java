package dev.ticktock.leader;

import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.startup.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Refusals}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusalsTests {

	private final Refusals refusals = new Refusals();

	private static BrokerRefusedException refusal(String rule) {
		return new BrokerRefusedException(new InvalidSettingException("a.property", "value", rule, "Do this.", null),
				true);
	}

	private static int count(CapturedOutput output, String rule) {
		return output.getOut().split("a.property = \"value\": " + rule, -1).length - 1;
	}

	@Test
	void aRefusalThatGoesOnIsToldOnce(CapturedOutput output) {
		this.refusals.refused(refusal("no"), false);
		this.refusals.refused(refusal("no"), false);
		assertThat(output).contains("ERROR").contains("no. Do this. TickTock keeps retrying.");
		assertThat(count(output, "no")).isOne();
	}

	@Test
	void anotherOneIsTold(CapturedOutput output) {
		this.refusals.refused(refusal("no"), false);
		this.refusals.refused(refusal("never"), false);
		this.refusals.refused(refusal("no"), false);
		assertThat(count(output, "no")).isEqualTo(2);
		assertThat(count(output, "never")).isOne();
	}

	@Test
	void oneThatPeopleHearOfInAnotherWayIsNotTold(CapturedOutput output) {
		this.refusals.refused(refusal("no"), true);
		this.refusals.refused(refusal("no"), false);
		assertThat(count(output, "no")).isZero();
	}

	@Test
	void theSameIsToldAgainOnceTheBrokerHasLetTheReplicaIn(CapturedOutput output) {
		this.refusals.refused(refusal("no"), false);
		this.refusals.admitted();
		assertThat(this.refusals.goOn()).isFalse();
		this.refusals.refused(refusal("no"), false);
		assertThat(count(output, "no")).isEqualTo(2);
	}

	@Test
	void whatIsRefusedOnceTheReplicaIsInGoesOnUntilItHasPublished(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			this.refusals.admitted();
			this.refusals.refused(refusal("no"), false);
			assertThat(this.refusals.goOn()).isTrue();
		}
		assertThat(count(output, "no")).isOne();
		this.refusals.admitted();
		this.refusals.over();
		assertThat(this.refusals.goOn()).isFalse();
		this.refusals.refused(refusal("no"), false);
		assertThat(count(output, "no")).isEqualTo(2);
	}

}
