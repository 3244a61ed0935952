package dev.ticktock.spring;

import java.util.List;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Queue;

/**
 * What a job needs from the broker.
 *
 * @param id the id of its container in the endpoint registry: the name of the queue,
 * without what tells the queues of the instances apart
 * @param queue the queue
 * @param binding the binding of the queue to TickTock's exchange
 * @param former the bindings to remove
 * @param concurrency the number of threads
 */
record Job(String id, Queue queue, Binding binding, List<Binding> former, int concurrency) {

}
