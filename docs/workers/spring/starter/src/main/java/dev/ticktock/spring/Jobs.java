package dev.ticktock.spring;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistrar;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;

/**
 * Finds the jobs of the application and registers a container for each. No bean is made
 * for that.
 */
class Jobs implements RabbitListenerConfigurer {

	private final ConfigurableListableBeanFactory beans;

	private final JobReader reader;

	private final Function<Job, JobContainerFactory> factories;

	private final DefaultMessageHandlerMethodFactory methods = new DefaultMessageHandlerMethodFactory();

	Jobs(ConfigurableListableBeanFactory beans, JobReader reader, Function<Job, JobContainerFactory> factories) {
		this.beans = beans;
		this.reader = reader;
		this.factories = factories;
	}

	@Override
	public void configureRabbitListeners(RabbitListenerEndpointRegistrar registrar) {
		this.methods.setBeanFactory(this.beans);
		this.methods.afterPropertiesSet();
		Map<String, String> queues = new HashMap<>();
		for (String beanName : this.beans.getBeanNamesForType(Object.class, true, false)) {
			annotated(beanName).forEach((method, annotation) -> {
				String where = method.getDeclaringClass().getName() + "." + method.getName() + " of the bean \""
						+ beanName + "\"";
				Job job = this.reader.read(where, method, annotation);
				checkMethod(where, beanName, method);
				String other = queues.putIfAbsent(job.id(), where);
				if (other != null) {
					throw new InvalidJobException(
							"@TickTockJob on " + where + ": the job on " + other + " has the same queue \"" + job.id()
									+ "\", so each tick would reach only one of the two.",
							"Give one of them another name, such as @TickTockJob(key = \"" + annotation.key()
									+ "\", name = \"" + beanName + "-" + method.getName() + "\").");
				}
				registrar.registerEndpoint(new JobEndpoint(job, beanName, this.beans, method, this.methods),
						this.factories.apply(job));
			});
		}
	}

	private Map<Method, TickTockJob> annotated(String beanName) {
		Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null
				: AutoProxyUtils.determineTargetClass(this.beans, beanName);
		if (type == null || !AnnotationUtils.isCandidateClass(type, TickTockJob.class)) {
			return Map.of();
		}
		return MethodIntrospector.selectMethods(type, (MetadataLookup<TickTockJob>) (method) -> AnnotatedElementUtils
			.findMergedAnnotation(method, TickTockJob.class));
	}

	private void checkMethod(String where, String beanName, Method method) {
		if (method.getReturnType() != void.class) {
			throw new InvalidJobException("@TickTockJob on " + where + ": it returns "
					+ method.getReturnType().getName() + ", which would be lost.",
					"Return void when the work is done.");
		}
		JobMethod.unresolvable(method).ifPresent((index) -> {
			throw new InvalidJobException(
					"@TickTockJob on " + where + ": parameter " + (index + 1) + ", a "
							+ method.getGenericParameterTypes()[index].getTypeName() + ", is nothing that a tick has.",
					"Take a Tick, a Message<Tick>, the Message of Spring AMQP, or headers with @Header.");
		});
		Class<?> proxy = this.beans.getType(beanName, false);
		try {
			if (proxy != null) {
				AopUtils.selectInvocableMethod(method, proxy);
			}
		}
		catch (IllegalStateException ex) {
			throw new InvalidJobException("@TickTockJob on " + where + ": the bean's proxy does not have the method.",
					"Make the method visible to the proxy: not private, and, if the proxy has only the bean's"
							+ " interfaces (spring.aop.proxy-target-class=false), part of one of them.");
		}
	}

}
