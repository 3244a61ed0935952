# A worker that runs its job at each tick of TickTock.
require "bunny"
require "json"
require "logger"

# What is due in the interval from the tick before to this one; "previous" is nil if there is none.
def job(tick)
  sleep ENV.fetch("JOB_SECONDS", "0").to_f
end

$stdout.sync = true
log = Logger.new($stderr, level: :warn)
stop = Queue.new
%w[TERM INT].each { |signal| trap(signal) { stop << signal } }

# Bunny recovers the connection, queue, binding and consumer by itself, once they have been set up.
begin
  url = ENV.fetch("AMQP_URL", "amqp://guest:guest@localhost:5672").chomp("/") # Bunny takes a last / for a name.
  connection = Bunny.new(url, network_recovery_interval: 2, logger: log).start
  channel = connection.create_channel
  channel.prefetch(1) # Ticks wait, and expire, in the queue.
  queue = channel.queue(ENV.fetch("QUEUE", "report"), durable: true,
                        arguments: { "x-dead-letter-exchange" => "cron.schedule.missed" })
  # With the argument cron, TickTock publishes the key on this worker's own schedule.
  queue.bind("cron.schedule", routing_key: ENV.fetch("KEY", "cron.second.30"),
                              arguments: { "cron" => ENV["CRON"] }.reject { |_, line| line.to_s.empty? })
rescue Bunny::Exception => e # The exchange exists as soon as TickTock has started once.
  log.warn(e)
  connection&.close
  stop.empty? ? (sleep 2; retry) : exit
end

# Several copies of the worker do not share this: store the id in the database transaction of the job.
done = []

consumer = queue.subscribe(manual_ack: true) do |delivery, properties, body|
  id = properties.message_id
  if id && done.include?(id)
    puts "again #{id}"
  else
    tick = JSON.parse(body)
    puts "started #{id} from #{tick["previous"]} to #{tick["slot"]}"
    job(tick)
    done.push(id).shift([done.size - 100, 0].max)
    puts "done #{id}"
  end
  channel.ack(delivery.delivery_tag)
rescue StandardError => e
  puts "failed #{id}: #{e.message}"
  channel.reject(delivery.delivery_tag) # Not requeued: the tick goes to the exchange of missed ticks.
end

stop.pop
consumer.cancel
channel.work_pool.shutdown(true) # waits for the job in hand
connection.close
