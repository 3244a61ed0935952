package dev.ticktock.discovery;

import java.time.Clock;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLContext;

import dev.ticktock.broker.Topology;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * Wires the reading of bindings, to the broker in this process if there is one and to the
 * management API if not.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "ticktock.discovery.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DiscoveryProperties.class)
class DiscoveryConfiguration {

	private static final int ABOVE_AMQP = 10_000;

	private static final int HIGHEST_PORT = 65_535;

	private static final int MANAGEMENT_PORT = 15_672;

	@Bean
	Discovery discovery(DiscoveryProperties properties, SchedulerProperties scheduler, ScheduleRegistry registry,
			Ledger ledger, Topology topology, RabbitConnectionDetails details, RabbitProperties rabbit,
			SslBundles bundles, ObjectProvider<BindingSource> local, Leadership leadership, MeterRegistry meters,
			Clock clock, Uptime uptime, Hearts hearts) {
		SslBundle bundle = details.getSslBundle();
		SSLContext ssl = (bundle != null) ? bundle.createSslContext() : null;
		ManagementApi api = new ManagementApi(
				urls(properties, details.getAddresses(), bundle != null || rabbit.getSsl().determineEnabled()),
				first(properties.username(), details.getUsername()),
				first(properties.password(), details.getPassword()),
				Objects.requireNonNullElse(details.getVirtualHost(), "/"), ssl,
				new ListingParser(properties.maxBindings(), properties.maxListingSize().toBytes()),
				ManagementApi.ANSWER, clock);
		String name = rabbit.getSsl().getBundle();
		if (StringUtils.hasText(name)) {
			bundles.addBundleUpdateHandler(name, (renewed) -> api.renew(renewed.createSslContext()));
		}
		registry.expectRegistrations();
		Registrar registrar = new Registrar(registry, scheduler.defaults(), properties, ledger::coveredAs, clock);
		return new Discovery(topology, properties, (exchange) -> {
			BindingSource broker = local.getIfAvailable();
			Listing inProcess = (broker != null) ? broker.bindings(exchange) : null;
			return (inProcess != null) ? inProcess : api.bindings(exchange);
		}, registry, registrar, () -> hasJoined(leadership.status()), meters, clock, uptime, hearts);
	}

	private static boolean hasJoined(LeadershipStatus status) {
		return status.role() != Role.DISCONNECTED && status.journal() != JournalState.DETACHED;
	}

	static List<String> urls(DiscoveryProperties properties, List<Address> addresses, boolean tls) {
		if (!properties.managementUrl().isEmpty()) {
			return properties.managementUrl();
		}
		String scheme = tls ? "https" : "http";
		return addresses.stream().map((address) -> {
			int port = address.port() + ABOVE_AMQP;
			return "%s://%s:%d".formatted(scheme, address.host(), (port > HIGHEST_PORT) ? MANAGEMENT_PORT : port);
		}).distinct().toList();
	}

	private static String first(@Nullable String own, @Nullable String broker) {
		return (own != null) ? own : Objects.requireNonNullElse(broker, "guest");
	}

}
