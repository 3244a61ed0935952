package dev.ticktock.broker;

/**
 * The names of what TickTock has at the broker.
 *
 * @param exchange the exchange that workers bind their queues to
 * @param leaderQueue the queue that elects the leader
 * @param journal the stream that records the ticks
 */
public record Topology(String exchange, String leaderQueue, String journal) {

	/**
	 * Returns the exchange that ticks are published to where there is a journal. It is
	 * bound to the exchange of the workers, and TickTock alone may write to it. It is a
	 * fanout exchange, because for each message to a topic exchange RabbitMQ asks whether
	 * the account may use its key, which costs more than the route.
	 */
	public String out() {
		return this.exchange + ".out";
	}

	/** Returns the exchange that queues dead-letter ticks to. */
	public String missed() {
		return this.exchange + ".missed";
	}

	/** Returns the exchange that workers publish to how a job has ended. */
	public String outcome() {
		return this.exchange + ".outcome";
	}

	/** Returns the queue that holds the events of the keys that are bound to it. */
	public String hold() {
		return this.exchange + ".hold";
	}

	/** Whether a queue is one that the replicas themselves need. */
	public boolean isOwn(String queue) {
		return queue.equals(this.leaderQueue) || queue.equals(this.journal) || queue.equals(hold());
	}

}
