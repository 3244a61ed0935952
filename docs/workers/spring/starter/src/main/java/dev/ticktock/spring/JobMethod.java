package dev.ticktock.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.MessageHeaderAccessor;

/**
 * The method of a job, called on the bean that has the name at that time.
 */
class JobMethod extends InvocableHandlerMethod {

	private final String beanName;

	private final BeanFactory beans;

	private final MessageHandlerMethodFactory methods;

	JobMethod(String beanName, BeanFactory beans, Method method, MessageHandlerMethodFactory methods) {
		super(new HandlerMethod(beanName, beans, method));
		this.beanName = beanName;
		this.beans = beans;
		this.methods = methods;
	}

	/**
	 * The first parameter for which a tick has no argument.
	 * @param method the method of a job
	 * @return the number of the parameter, from 0, or empty
	 */
	static Optional<Integer> unresolvable(Method method) {
		return Arrays.stream(parameters(method))
			.filter((parameter) -> !isHeader(parameter) && !takesTick(parameter)
					&& parameter.getParameterType() != org.springframework.amqp.core.Message.class)
			.map(MethodParameter::getParameterIndex)
			.findFirst();
	}

	/**
	 * Whether the body of the message must be a tick.
	 * @param method the method of a job
	 * @return whether one of its parameters takes the tick
	 */
	static boolean takesTick(Method method) {
		return Arrays.stream(parameters(method)).anyMatch(JobMethod::takesTick);
	}

	private static MethodParameter[] parameters(Method method) {
		MethodParameter[] parameters = new MethodParameter[method.getParameterCount()];
		Arrays.setAll(parameters, (index) -> new SynthesizingMethodParameter(method, index));
		return parameters;
	}

	private static boolean isHeader(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)
				|| MessageHeaders.class == parameter.getParameterType()
				|| MessageHeaderAccessor.class.isAssignableFrom(parameter.getParameterType());
	}

	private static boolean takesTick(MethodParameter parameter) {
		if (isHeader(parameter)) {
			return false;
		}
		if (parameter.getParameterType() == Message.class) {
			return ResolvableType.forMethodParameter(parameter).getGeneric().resolve(Tick.class) == Tick.class;
		}
		return parameter.getParameterType() == Tick.class;
	}

	@Override
	public @Nullable Object invoke(Message<?> message, @Nullable Object... providedArgs) throws Exception {
		Object bean = this.beans.getBean(this.beanName);
		Method invocable = AopUtils.selectInvocableMethod(getMethod(), bean.getClass());
		try {
			return this.methods.createInvocableHandlerMethod(bean, invocable).invoke(message, providedArgs);
		}
		catch (StackOverflowError | LinkageError | AssertionError ex) {
			// A container ends at an error, and its queue would have no consumer.
			throw new JobError(ex);
		}
	}

	/**
	 * An error that ends a job, but not its container.
	 */
	static class JobError extends RuntimeException {

		private static final long serialVersionUID = 1L;

		JobError(Error cause) {
			super(cause);
		}

	}

}
