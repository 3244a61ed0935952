package dev.ticktock.spring;

import java.lang.reflect.Method;

import org.springframework.amqp.listener.adapter.HandlerAdapter;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

/**
 * Calls the method of a job for each tick in its queue.
 */
class JobEndpoint extends MethodRabbitListenerEndpoint {

	private final JobMethod jobMethod;

	JobEndpoint(Job job, String beanName, BeanFactory beans, Method method, MessageHandlerMethodFactory methods) {
		this.jobMethod = new JobMethod(beanName, beans, method, methods);
		setId(job.id());
		setQueueNames(job.queue().getName());
		setConcurrency(job.concurrency() + "-" + job.concurrency());
		setBean(beanName);
		setMethod(method);
		setMessageConverter(new TickConverter(JobMethod.takesTick(method)));
	}

	@Override
	protected HandlerAdapter configureListenerAdapter(MessagingMessageListenerAdapter messageListener) {
		return new HandlerAdapter(this.jobMethod);
	}

}
