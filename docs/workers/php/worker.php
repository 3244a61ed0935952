<?php
// A worker that runs its job at each tick of TickTock.
use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Connection\Heartbeat\PCNTLHeartbeatSender;
use PhpAmqpLib\Exception\AMQPExceptionInterface;
use PhpAmqpLib\Message\AMQPMessage;
use PhpAmqpLib\Wire\AMQPTable;

require getenv('AUTOLOAD') ?: __DIR__ . '/vendor/autoload.php';

/** Does what is due in the interval from the tick before to this one; "previous" is null if there is none. */
function job(array $tick): void
{
    for ($end = microtime(true) + (float) getenv('JOB_SECONDS'); ($left = $end - microtime(true)) > 0;) {
        usleep((int) ($left * 1e6)); // A signal interrupts it.
    }
}

function handle(AMQPMessage $message): void
{
    static $done = []; // Copies of the worker do not share it: store the id in the database transaction of the job.
    $id = $message->get_properties()['message_id'] ?? '';
    try {
        if ($id !== '' && in_array($id, $done, true)) {
            echo "again $id\n";
        } else {
            $tick = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
            echo "started $id from ", $tick['previous'] ?? '', ' to ', $tick['slot'] ?? throw new Exception('no slot'), "\n";
            job($tick);
            $done = array_slice([...$done, $id], -100);
            echo "done $id\n";
        }
        $message->ack();
    } catch (AMQPExceptionInterface $e) {
        throw $e; // The connection is lost, so the tick comes again.
    } catch (Throwable $e) {
        echo "failed $id: {$e->getMessage()}\n";
        $message->reject(false); // Not requeued: the tick goes to the exchange of missed ticks.
    }
}
