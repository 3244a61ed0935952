package dev.ticktock.broker;

/**
 * The names of what TickTock has at the broker.
 *
 * @param exchange the exchange that ticks are published to
 * @param leaderQueue the queue that elects the leader
 * @param journal the stream that records the ticks
 */
public record Topology(String exchange, String leaderQueue, String journal) {

	/** Whether a queue is one that the replicas themselves need. */
	public boolean isOwn(String queue) {
		return queue.equals(this.leaderQueue) || queue.equals(this.journal);
	}

}
