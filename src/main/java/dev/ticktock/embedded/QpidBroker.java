package dev.ticktock.embedded;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.ticktock.discovery.Binding;
import dev.ticktock.discovery.Listing;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.BrokerImpl;
import org.apache.qpid.server.model.Exchange;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHost;
import org.apache.qpid.server.model.VirtualHostNode;
import org.jspecify.annotations.Nullable;

/**
 * An Apache Qpid Broker-J in this process. It is embedded by its internals, so its
 * version is pinned and a test starts it.
 */
record QpidBroker(SystemLauncher launcher, VirtualHostNode<?> node) implements AutoCloseable {

	/**
	 * Starts a broker.
	 * @param context what the configuration refers to
	 * @throws IOException if it does not start; it has been cleaned up then
	 */
	static QpidBroker start(Map<String, String> context) throws IOException {
		Startup startup = new Startup();
		SystemLauncher launcher = new SystemLauncher(startup);
		try {
			launcher.startup(Map.of(SystemConfig.TYPE, "Memory", "initialConfigurationLocation",
					resource("embedded-broker.json"), SystemConfig.INITIAL_SYSTEM_PROPERTIES_LOCATION,
					resource("embedded-broker.properties"), SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, "false",
					"preferenceStoreAttributes", Map.of("type", "Noop"), "context", context));
			return new QpidBroker(launcher, startup.node());
		}
		catch (Exception ex) {
			launcher.shutdown();
			throw new IOException(ex.getMessage(), ex);
		}
	}

	private static String resource(String name) {
		return String.valueOf(QpidBroker.class.getResource(name));
	}

	/** Returns the bindings of an exchange; none if there is no such exchange. */
	Listing bindings(String exchange) {
		VirtualHost<?> host = this.node.getVirtualHost();
		Exchange<?> found = (host != null) ? host.getChildByName(Exchange.class, exchange) : null;
		return listing((found != null) ? found.getBindings() : List.of());
	}

	static Listing listing(Collection<? extends org.apache.qpid.server.model.Binding> bindings) {
		return Listing.of(bindings.stream()
			.map((each) -> Binding.of(each.getDestination(), true, each.getBindingKey(), each.getArguments()))
			.toList());
	}

	@Override
	public void close() {
		this.launcher.shutdown();
	}

	/**
	 * Keeps the result of the start, because {@link SystemLauncher#startup} does not
	 * throw its failure.
	 */
	private static final class Startup extends DefaultSystemLauncherListener {

		private @Nullable RuntimeException error;

		private @Nullable Broker<?> broker;

		@Override
		public void errorOnStartup(RuntimeException ex) {
			this.error = ex;
		}

		@Override
		public void onContainerResolve(SystemConfig<?> systemConfig) {
			this.broker = (Broker<?>) systemConfig.getContainer();
		}

		/** Returns the one node that has been started. */
		VirtualHostNode<?> node() throws ReflectiveOperationException {
			if (this.error != null) {
				throw this.error;
			}
			Broker<?> started = Objects.requireNonNull(this.broker, "it has no container");
			for (Port<?> port : started.getChildren(Port.class)) {
				require(port.getState(), "it cannot listen on port " + port.getPort());
			}
			VirtualHostNode<?> node = (VirtualHostNode<?>) started.getVirtualHostNodes().iterator().next();
			require(node.getState(), "its virtual host is not active");
			leaveShutdownToTheApplication(started);
			return node;
		}

		private static void require(State state, String otherwise) {
			if (state != State.ACTIVE) {
				throw new IllegalStateException(otherwise);
			}
		}

		/**
		 * Removes the broker's own shutdown hook, which would close the broker before its
		 * clients have disconnected.
		 */
		private static void leaveShutdownToTheApplication(Broker<?> broker) throws ReflectiveOperationException {
			Field hook = BrokerImpl.class.getDeclaredField("_shutdownHook");
			hook.setAccessible(true);
			Runtime.getRuntime().removeShutdownHook((Thread) hook.get(broker));
		}

	}

}
