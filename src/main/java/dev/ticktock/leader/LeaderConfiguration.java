package dev.ticktock.leader;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;

import com.rabbitmq.client.Address;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory.AddressShuffleMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * Wires the replica to the broker that {@code spring.rabbitmq.*} names.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ LeaderProperties.class, JournalProperties.class })
class LeaderConfiguration {

	@Bean
	Replica replica(CachingConnectionFactory connectionFactory, RabbitConnectionDetails details,
			RabbitProperties rabbit, SchedulerProperties scheduler, LeaderProperties leader, JournalProperties journal,
			ScheduleSource schedules, @Value("${ticktock.replica:}") String replica, MeterRegistry registry,
			Clock clock, ApplicationEventPublisher events) {
		String name = StringUtils.hasText(replica) ? replica : hostAndProcess();
		List<Address> addresses = details.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
		boolean shuffle = rabbit.getAddressShuffleMode() != AddressShuffleMode.NONE;
		BrokerConnector connector = new BrokerConnector(connectionFactory.getRabbitConnectionFactory(), addresses,
				shuffle, name);
		ReplicaContext context = new ReplicaContext(name, scheduler.exchange(), leader, connector, new Ledger(),
				new TickMeters(registry, clock), new LeaderMeters(registry), clock);
		return new Replica(context, journal, schedules, events);
	}

	private String hostAndProcess() {
		String host = System.getenv("HOSTNAME");
		if (!StringUtils.hasText(host)) {
			try {
				host = InetAddress.getLocalHost().getHostName();
			}
			catch (UnknownHostException ex) {
				host = "localhost";
			}
		}
		return host + "-" + ProcessHandle.current().pid();
	}

}
