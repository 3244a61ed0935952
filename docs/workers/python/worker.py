import asyncio, collections, functools, json, os, signal, sys, time
import aio_pika

URL = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")
QUEUE = os.environ.get("QUEUE", "report")
KEY = os.environ.get("KEY", "cron.second.30")
CRON = os.environ.get("CRON", "")  # a line such as "30 2 * * *" registers the schedule of KEY
done = collections.deque(maxlen=1000)  # across copies, the id belongs into the database transaction of the job
stop, busy = asyncio.Event(), asyncio.Lock()


async def work(start, end):  # on the data of the interval from start to end
    await asyncio.sleep(float(os.environ.get("JOB_SECONDS", "0")))  # your job; if it blocks, use asyncio.to_thread


async def tell(outcomes, tick, **outcome):
    ids = {"message_id": tick.message_id, "correlation_id": tick.correlation_id}
    try:
        exchange = await outcomes.get_exchange("cron.schedule.outcome", ensure=False)
        await exchange.publish(aio_pika.Message(json.dumps(outcome).encode(), **ids), tick.routing_key)
    except Exception:
        pass  # an older TickTock has no such exchange, so the broker has closed this channel


async def receive(outcomes, message):
    async with busy:
        if stop.is_set():
            return  # it is not acknowledged, so another copy gets it
        began = time.monotonic()
        try:
            if message.message_id and message.message_id in done:
                print("again", message.message_id, flush=True)
            else:
                tick = json.loads(message.body)
                assert tick["slot"], "no slot"
                print("started", message.message_id, "from", tick.get("previous"), "to", tick["slot"], flush=True)
                await work(tick.get("previous"), tick["slot"])
                print("done", message.message_id, flush=True)
                done.append(message.message_id)
        except Exception as error:
            print(f"failed {message.message_id}: {error!r}", flush=True)
            await message.reject(requeue=False)
            await tell(outcomes, message, status="failed", message=repr(error), seconds=time.monotonic() - began)
        else:
            await message.ack()  # after the work: if this copy dies before, another gets the tick
            await tell(outcomes, message, status="done", seconds=time.monotonic() - began)


async def consume():
    async with await aio_pika.connect(URL, timeout=10) as connection:
        await (channel := await connection.channel()).set_qos(prefetch_count=1)  # other ticks wait in the queue, where they can expire
        missed = {"x-dead-letter-exchange": "cron.schedule.missed"}  # takes the ticks that expire or are rejected
        queue = await channel.declare_queue(QUEUE, durable=True, arguments=missed)
        await queue.bind("cron.schedule", KEY, arguments={"cron": CRON} if CRON else None)
        consumer = await queue.consume(functools.partial(receive, await connection.channel()))
        inner = queue.channel if hasattr(queue.channel, "consumers") else await queue.channel.get_underlay_channel()
        while consumer in inner.consumers and not (inner.is_closed or stop.is_set()):
            await asyncio.sleep(0.5)  # until the broker ends the consumer, because the queue is gone, or the connection
        async with busy: pass  # the job in hand ends first
        await channel.close()  # the broker has the acknowledgement when it has answered


async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    while not stop.is_set():
        try:
            await consume()
        except Exception as error:
            print(f"no connection: {error!r}", file=sys.stderr)
            await asyncio.sleep(2)  # the broker is away, or TickTock has not declared its exchange yet

asyncio.run(main())
