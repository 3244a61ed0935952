package dev.ticktock.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips a test where there is no RabbitMQ.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresRabbitMq.Condition.class)
public @interface RequiresRabbitMq {

	/**
	 * Whether the test harms the broker, and so needs private nodes of the installed
	 * server.
	 */
	boolean privateNode() default false;

	/**
	 * The condition behind the annotation.
	 */
	class Condition implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			return AnnotationSupport.findAnnotation(context.getElement(), RequiresRabbitMq.class)
				.filter((needs) -> needs.privateNode() ? !RabbitMqNode.installed() : RabbitMq.find().isEmpty())
				.map((needs) -> ConditionEvaluationResult.disabled(Skipped.reason("RabbitMQ", "rabbitmq-server")))
				.orElseGet(() -> ConditionEvaluationResult.enabled("nothing is missing"));
		}

	}

}
