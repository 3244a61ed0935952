package dev.ticktock.page;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;

/**
 * Wires what the management port has, if it is a port of its own: it has an application
 * context of its own too.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementPortConfiguration {

	@Bean
	SecurityHeaders managementSecurityHeaders() {
		return new SecurityHeaders();
	}

}
