package dev.ticktock.page;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;

/**
 * Wires what the management port has too, if it is a port of its own. The context of the
 * application finds it by its scan, the context of that port imports it.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementPortConfiguration {

	@Bean
	RequestGuard requestGuard() {
		return new RequestGuard();
	}

}
