<?php
// A worker that runs its job at each tick of TickTock.
use PhpAmqpLib\Connection\{AMQPStreamConnection, Heartbeat\PCNTLHeartbeatSender};
use PhpAmqpLib\{Exception\AMQPExceptionInterface, Message\AMQPMessage, Wire\AMQPTable};
require __DIR__ . '/vendor/autoload.php';

/** Does what is due in the interval from the tick before to this one; "previous" is null if there is none. */
function job(array $tick): void
{
    for ($left = (int) getenv('JOB_SECONDS'); $left > 0; $left = sleep($left)); // A signal interrupts sleep.
}

/** Tells how it ended. An older TickTock has no such exchange; the broker then closes this channel and nothing else. */
function tell(AMQPMessage $tick, array $outcome, float $began): void
{
    global $outcomes;
    $ids = array_intersect_key($tick->get_properties(), ['message_id' => 1, 'correlation_id' => 1]);
    $body = json_encode($outcome + ['seconds' => microtime(true) - $began], JSON_INVALID_UTF8_SUBSTITUTE);
    $outcomes->basic_publish(new AMQPMessage($body, $ids), 'cron.schedule.outcome', $tick->getRoutingKey());
}

function handle(AMQPMessage $message)
{
    $began = microtime(true);
    static $done = []; // Copies of the worker do not share it: store the id in the database transaction of the job.
    $id = $message->get_properties()['message_id'] ?? '';
    if ($id !== '' && in_array($id, $done, true)) {
        echo "again $id\n";
        return $message->ack();
    }
    try {
        $tick = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
        $slot = $tick['slot'] ?? throw new UnexpectedValueException('no slot');
        echo "started $id from ", $tick['previous'] ?? '', " to $slot\n";
        job($tick);
    } catch (Throwable $e) {
        echo "failed $id: {$e->getMessage()}\n";
        $message->reject(false); // Not requeued: the tick goes to the exchange of missed ticks.
        return tell($message, ['status' => 'failed', 'message' => $e->getMessage()], $began);
    }
    $done = array_slice([...$done, $id], -100);
    echo "done $id\n";
    $message->ack();
    tell($message, ['status' => 'done'], $began);
}

$url = parse_url(getenv('AMQP_URL') ?: 'amqp://guest:guest@localhost:5672/');
$vhost = urldecode(ltrim($url['path'] ?? '', '/')) ?: '/';
pcntl_async_signals(true); // On SIGTERM the job in hand is finished, and no other is begun.
pcntl_signal(SIGTERM, function () use (&$stop, &$channel) { $stop = true; $channel?->stopConsume(); });
while (!$stop) {
    try {
        $connection = new AMQPStreamConnection($url['host'], $url['port'] ?? 5672, $url['user'], $url['pass'], $vhost,
            read_write_timeout: 60, heartbeat: 30);
        // A job may take longer than the heartbeat. The sender's SIGALRM interrupts calls that wait, such as sleep.
        ($heart = new PCNTLHeartbeatSender($connection))->register();
        $channel = $connection->channel();
        $outcomes = $connection->channel();
        $channel->queue_declare($queue = getenv('QUEUE') ?: 'report', false, true, false, false, false,
            new AMQPTable(['x-dead-letter-exchange' => 'cron.schedule.missed']));
        $channel->queue_bind($queue, 'cron.schedule', getenv('KEY') ?: 'cron.second.30', false,
            new AMQPTable(array_filter(['cron' => getenv('CRON')]))); // With cron, the worker's own schedule.
        $channel->basic_qos(0, 1, false); // Ticks wait, and expire, in the queue.
        $channel->basic_consume($queue, callback: handle(...));
        $channel->consume(1);
        $connection->close();
    } catch (AMQPExceptionInterface $e) {
        fwrite(STDERR, "{$e->getMessage()}\n");
        isset($heart) && $heart->unregister(); // The next connection has its own.
        sleep(1);
    }
}
