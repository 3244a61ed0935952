# A worker that runs its job at each tick of TickTock.
require "bunny"
require "json"
require "logger"

# What is due in the interval from the tick before to this one; "previous" is nil if there is none.
def job(tick)
  sleep ENV.fetch("JOB_SECONDS", "0").to_f
end

# How it ended, on a channel of its own: an older TickTock has no such exchange, and the broker closes the channel.
def tell(outcomes, delivery, properties, outcome)
  outcomes.basic_publish(outcome.to_json, "cron.schedule.outcome", delivery.routing_key,
                         message_id: properties.message_id, correlation_id: properties.correlation_id)
rescue Bunny::Exception
  nil
end

$stdout.sync = true
log = Logger.new($stderr, level: :warn)
url = ENV.fetch("AMQP_URL", "amqp://guest:guest@localhost:5672").chomp("/") # Bunny takes a last / for a name.
done = [] # Several copies of the worker do not share it: store the id in the database transaction of the job.
stop = false
ended = Queue.new
%w[TERM INT].each { |signal| trap(signal) { ended << stop = true } }

# Bunny recovers the connection, queue, binding and consumer by itself, once they have been set up.
until stop
  begin
    connection = Bunny.new(url, network_recovery_interval: 2, logger: log).start
    channel, outcomes = connection.create_channel, connection.create_channel
    channel.prefetch(1) # Ticks wait, and expire, in the queue.
    queue = channel.queue(ENV.fetch("QUEUE", "report"), durable: true,
                          arguments: { "x-dead-letter-exchange" => "cron.schedule.missed" })
    # With the argument cron, TickTock publishes the key on this worker's own schedule.
    queue.bind("cron.schedule", routing_key: ENV.fetch("KEY", "cron.second.30"),
                                arguments: { "cron" => ENV["CRON"] }.reject { |_, line| line.to_s.empty? })
    gone = ->(_) { ended << true } # The queue is deleted: the worker begins anew.
    queue.subscribe(manual_ack: true, on_cancellation: gone) do |delivery, properties, body|
      id, began = properties.message_id, Process.clock_gettime(Process::CLOCK_MONOTONIC)
      seconds = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) - began }
      if id && done.include?(id)
        puts "again #{id}"
      else
        tick = JSON.parse(body)
        slot = tick["slot"] or raise "no slot"
        puts "started #{id} from #{tick["previous"]} to #{slot}"
        job(tick)
        done.push(id).shift([done.size - 100, 0].max)
        puts "done #{id}"
      end
      channel.ack(delivery.delivery_tag)
      tell(outcomes, delivery, properties, status: "done", seconds: seconds.call)
    rescue StandardError => e
      puts "failed #{id}: #{e.message}"
      channel.reject(delivery.delivery_tag) # Not requeued: the tick goes to the exchange of missed ticks.
      tell(outcomes, delivery, properties, status: "failed", message: e.message, seconds: seconds.call)
    end
    ended.pop
    channel.work_pool.shutdown(true) # waits for the job in hand
  rescue Bunny::Exception => e # The exchange exists as soon as TickTock has started once.
    log.warn(e)
    sleep 2
  ensure
    connection&.close
  end
end
