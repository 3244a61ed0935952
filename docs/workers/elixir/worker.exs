# A worker that runs a job at each tick of TickTock. The job is in job.exs.
Code.ensure_loaded?(:amqp_client) || Mix.install([{:amqp_client, "~> 3.12"}, {:jsx, "~> 3.1"}])
Logger.configure(level: :none) # The client logs to the standard output.

Code.require_file("job.exs", __DIR__)

defmodule Worker do
  require Record

  for {name, tag} <- [declare: :"queue.declare", bind: :"queue.bind", qos: :"basic.qos", consume: :"basic.consume",
                      deliver: :"basic.deliver", cancel: :"basic.cancel", ack: :"basic.ack", reject: :"basic.reject",
                      publish: :"basic.publish", properties: :P_basic],
      do: Record.defrecordp(name, tag, Record.extract(tag, from_lib: "rabbit_common/include/rabbit_framing.hrl"))

  def run do
    try do
      url = String.replace(env("AMQP_URL", "amqp://guest:guest@localhost:5672/"), ~r"//?$", "/%2F")
      {:ok, parameters} = :amqp_uri.parse(String.to_charlist(url))
      {:ok, connection} = :amqp_connection.start(parameters)
      try do: work(connection), after: :amqp_connection.close(connection)
    catch
      kind, reason -> IO.puts(:stderr, Exception.format_banner(kind, reason))
    end
    receive do: (:stop -> :ok), after: (1000 -> run())
  end

  defp work(connection) do
    {:ok, channel} = :amqp_connection.open_channel(connection)
    {:ok, outcomes} = :amqp_connection.open_channel(connection) # an older TickTock has no exchange for them: it ends
    Process.monitor(channel)
    [queue, key, cron] = [env("QUEUE", "report"), env("KEY", "cron.second.30"), env("CRON", "")]
    missed = [{"x-dead-letter-exchange", :longstr, "cron.schedule.missed"}]
    own = if cron == "", do: [], else: [{"cron", :longstr, cron}] # the worker's own schedule
    for method <- [declare(queue: queue, durable: true, arguments: missed),
                   bind(queue: queue, exchange: "cron.schedule", routing_key: key, arguments: own),
                   qos(prefetch_count: 1), # Ticks wait, and expire, in the queue.
                   consume(queue: queue)], do: :amqp_channel.call(channel, method)
    loop(channel, outcomes)
  end

  defp loop(channel, outcomes) do
    receive do
      {deliver(delivery_tag: tag, routing_key: key), {:amqp_msg, properties(message_id: id, correlation_id: run), body}} ->
        # What is rejected, and not requeued, goes to the exchange of missed ticks.
        {status, answer} = if Job.handle(id, body), do: {"done", ack(delivery_tag: tag)},
          else: {"failed", reject(delivery_tag: tag, requeue: false)}
        :amqp_channel.cast(channel, answer)
        :amqp_channel.cast(outcomes, publish(exchange: "cron.schedule.outcome", routing_key: key),
          {:amqp_msg, properties(message_id: id, correlation_id: run), ~s({"status":"#{status}"})})
        loop(channel, outcomes)
      {:DOWN, _, :process, ^channel, reason} -> exit(reason)
      cancel() -> exit("The queue is gone")
      :stop -> send(self(), :stop)
    end
  end

  defp env(name, default), do: System.get_env(name, default)
end

Job.start()
worker = self()
# The job in hand is finished, and no other is begun. The virtual machine would stop when this function returns.
System.trap_signal(:sigterm, fn -> send(worker, :stop) && Process.sleep(:infinity) end)
Worker.run()
