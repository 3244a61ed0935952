package dev.ticktock.page;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Wires what the management port has, if it is a port of its own: it has an application
 * context of its own too.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(ManagementPortConfiguration.InItsContext.class)
class ManagementPortConfiguration {

	@Bean
	SecurityHeaders managementSecurityHeaders() {
		return new SecurityHeaders();
	}

	@Bean
	MalformedParameters managementMalformedParameters() {
		return new MalformedParameters();
	}

	/**
	 * The scan for components finds the class too, but the context of the application has
	 * no parent.
	 */
	static final class InItsContext implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConfigurableListableBeanFactory beans = context.getBeanFactory();
			return beans != null && beans.getParentBeanFactory() != null;
		}

	}

}
