import collections, json, os, signal, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
import pika

URL = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")
QUEUE = os.environ.get("QUEUE", "report")
KEY = os.environ.get("KEY", "cron.second.30")
CRON = os.environ.get("CRON", "")  # a line such as "30 2 * * *" registers the schedule of KEY
stop, done = threading.Event(), collections.deque(maxlen=1000)  # across copies: in the database transaction of the job


def work(start, end):  # on the data of the interval from start to end
    time.sleep(float(os.environ.get("JOB_SECONDS", "0")))  # your job


def receive(message_id, body):  # returns why the job has failed, or None
    try:
        if message_id and message_id in done:
            return print("again", message_id, flush=True)
        tick = json.loads(body)
        assert tick["slot"], "no slot"
        print("started", message_id, "from", tick.get("previous"), "to", tick["slot"], flush=True)
        work(tick.get("previous"), tick["slot"])
        print("done", message_id, flush=True)
        done.append(message_id)
    except Exception as error:
        print(f"failed {message_id}: {error!r}", flush=True)
        return repr(error)


def tell(outcomes, method, properties, failure, seconds):
    body = {"status": "failed" if failure else "done", "message": failure or "", "seconds": seconds}
    ids = pika.BasicProperties(message_id=properties.message_id, correlation_id=properties.correlation_id)
    try:
        outcomes.basic_publish("cron.schedule.outcome", method.routing_key, json.dumps(body), ids)
    except pika.exceptions.AMQPChannelError:
        pass  # an older TickTock has no such exchange, so the broker has closed this channel


def consume():
    with pika.BlockingConnection(pika.URLParameters(URL)) as connection:
        channel, outcomes = connection.channel(), connection.channel()
        channel.basic_qos(prefetch_count=1)  # other ticks wait in the queue, where they can expire
        channel.queue_declare(QUEUE, durable=True, arguments={"x-dead-letter-exchange": "cron.schedule.missed"})
        channel.queue_bind(QUEUE, "cron.schedule", KEY, arguments={"cron": CRON} if CRON else None)
        for method, properties, body in channel.consume(QUEUE, inactivity_timeout=0.5):
            if stop.is_set():
                return  # what has come meanwhile is not acknowledged, so another copy gets it
            if method:
                began = time.monotonic()
                with ThreadPoolExecutor() as pool:  # waits for the job, also if the connection is lost
                    job = pool.submit(receive, properties.message_id, body)
                    while not job.done():
                        connection.process_data_events(time_limit=0.02)  # answers heartbeats during the job
                if not job.result():
                    channel.basic_ack(method.delivery_tag)  # after the work: if this copy dies before, another gets it
                else:
                    channel.basic_reject(method.delivery_tag, requeue=False)  # TickTock counts it as missed
                tell(outcomes, method, properties, job.result(), time.monotonic() - began)


signal.signal(signal.SIGTERM, lambda *_: stop.set())
while not stop.is_set():
    try:
        consume()
    except (pika.exceptions.AMQPError, OSError) as error:
        print(f"no connection: {error!r}", file=sys.stderr)
        stop.wait(2)  # the broker is away, or TickTock has not declared its exchange yet
