package dev.ticktock.browser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a standby while the leader is killed.
 */
@RequiresRabbitMq(privateNode = true)
class TakeoverInBrowserIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(3);

	@Test
	void thePageOfAStandbyShowsTheNewLeaderWithinThreeSeconds() throws Exception {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
			arguments.add("--ticktock.scheduler.cron.a.job.cron=* * * * * *");
			try (Browser browser = new Browser(); ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
				String leader = replicas.leader();
				String standby = replicas.otherThan(leader);
				browser.open("http://localhost:%d/".formatted(replicas.get(standby).port()));
				browser.await("#facts", "standby");
				browser.await("#facts", leader);
				replicas.kill(leader);
				long killed = System.nanoTime();
				browser.await("#facts", "Leader\n" + standby);
				assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SOON);
				browser.await("#facts", "leader since");
				assertThat(browser.console()).isEmpty();
			}
		}
	}

	/** Its address has a path, as behind a proxy. */
	@Test
	void aPageWhoseReplicaIsGoneSaysHowOldItIs() throws Exception {
		try (Browser browser = new Browser()) {
			try (Pages pages = new Pages("--server.servlet.context-path=/behind")) {
				browser.open(pages.address("behind/?sort=-next"));
				browser.await(".age", "live");
				browser.await("#schedules .event", Pages.JOB);
				assertThat(browser.console()).isEmpty();
			}
			browser.await("#stale", "This replica cannot be asked");
			browser.await("#stale", "What you see is from");
			browser.await(".age", "s old");
		}
	}

}
