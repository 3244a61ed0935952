import com.rabbitmq.client.*;
import java.util.*;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

class Worker {
	static final Map<String, String> ENV = System.getenv();
	static final String QUEUE = ENV.getOrDefault("QUEUE", "report"), KEY = ENV.getOrDefault("KEY", "cron.second.30");
	static final String CRON = ENV.getOrDefault("CRON", ""); // a line such as "30 2 * * *" registers the schedule of KEY
	static final Deque<String> DONE = new ArrayDeque<>(); // across copies: in the database transaction of the job
	static volatile Connection connection;
	static volatile boolean stopping; // from then on, other copies get the ticks
	static void work(String start, String end) throws InterruptedException { // on the data of the interval from start to end
		Thread.sleep((long) (1000 * Double.parseDouble(ENV.getOrDefault("JOB_SECONDS", "0")))); // your job
	}

	static void stop() {
		stopping = true;
		end();
	}

	static synchronized void end() { // waits for the job in hand
		if (connection != null) connection.abort(1000);
		Runtime.getRuntime().halt(0);
	}

	static void tell(Channel outcomes, Delivery tick, String status, String message, long began) throws java.io.IOException {
		var ids = new AMQP.BasicProperties.Builder().messageId(tick.getProperties().getMessageId())
			.correlationId(tick.getProperties().getCorrelationId()).build();
		var body = Map.of("status", status, "message", message, "seconds", (System.nanoTime() - began) / 1e9);
		try {
			outcomes.basicPublish("cron.schedule.outcome", tick.getEnvelope().getRoutingKey(), ids, JsonMapper.shared().writeValueAsBytes(body));
		} catch (AlreadyClosedException ignored) { } // an older TickTock has no such exchange, so the broker has closed this channel
	}

	static synchronized void receive(Channel channel, Channel outcomes, Delivery message) throws java.io.IOException {
		if (stopping) return;
		var id = message.getProperties().getMessageId();
		long began = System.nanoTime();
		try {
			if (DONE.contains(id)) {
				System.out.println("again " + id);
			} else {
				var tick = JsonMapper.shared().readTree(message.getBody());
				String start = tick.path("previous").asString("null"), end = tick.path("slot").stringValueOpt().orElseThrow();
				System.out.println("started " + id + " from " + start + " to " + end);
				work(start, end);
				System.out.println("done " + id);
				if (id != null && DONE.add(id) && DONE.size() > 1000) DONE.remove();
			}
			channel.basicAck(message.getEnvelope().getDeliveryTag(), false); // after the work: if it dies, another gets it
			tell(outcomes, message, "done", "", began);
		} catch (InterruptedException | RuntimeException ex) {
			System.out.println("failed " + id + ": " + ex.toString().lines().findFirst().get());
			channel.basicReject(message.getEnvelope().getDeliveryTag(), false); // to the exchange of missed ticks
			tell(outcomes, message, "failed", ex.toString(), began);
		}
	}

	public static void main(String... arguments) throws Exception {
		var factory = new ConnectionFactory();
		factory.setUri(ENV.getOrDefault("AMQP_URL", "amqp://guest:guest@localhost:5672").replaceFirst("/$", ""));
		factory.setAutomaticRecoveryEnabled(false); // the loop connects again, also until TickTock's exchange exists
		Runtime.getRuntime().addShutdownHook(new Thread(Worker::stop));
		for (;; Thread.sleep(2000)) {
			try (var opened = factory.newConnection("worker"); var channel = opened.createChannel(); var outcomes = opened.createChannel()) {
				connection = opened;
				channel.basicQos(1); // other ticks wait in the queue, where they can expire
				channel.queueDeclare(QUEUE, true, false, false, Map.of("x-dead-letter-exchange", "cron.schedule.missed"));
				channel.queueBind(QUEUE, "cron.schedule", KEY, CRON.isEmpty() ? Map.of() : Map.of("cron", CRON));
				channel.basicConsume(QUEUE, (tag, message) -> receive(channel, outcomes, message), (tag) -> channel.abort());
				while (channel.isOpen()) Thread.sleep(500);
			} catch (java.io.IOException | TimeoutException | ShutdownSignalException ex) {
				System.err.println("no connection: " + ex);
			}
		}
	}
}
