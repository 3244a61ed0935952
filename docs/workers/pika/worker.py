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


def receive(message_id, body):
    try:
        if message_id and message_id in done:
            print("again", message_id, flush=True)
            return True
        tick = json.loads(body)
        assert tick["slot"], "no slot"
        print("started", message_id, "from", tick.get("previous"), "to", tick["slot"], flush=True)
        work(tick.get("previous"), tick["slot"])
        print("done", message_id, flush=True)
        done.append(message_id)
        return True
    except Exception as error:
        print(f"failed {message_id}: {error!r}", flush=True)
        return False


def consume():
    with pika.BlockingConnection(pika.URLParameters(URL)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1)  # other ticks wait in the queue, where they can expire
        channel.queue_declare(QUEUE, durable=True, arguments={"x-dead-letter-exchange": "cron.schedule.missed"})
        channel.queue_bind(QUEUE, "cron.schedule", KEY, arguments={"cron": CRON} if CRON else None)
        for method, properties, body in channel.consume(QUEUE, inactivity_timeout=0.5):
            if stop.is_set():
                return  # what has come meanwhile is not acknowledged, so another copy gets it
            if method:
                with ThreadPoolExecutor() as pool:  # waits for the job, also if the connection is lost
                    job = pool.submit(receive, properties.message_id, body)
                    while not job.done():
                        connection.process_data_events(time_limit=0.02)  # answers heartbeats during the job
                if job.result():
                    channel.basic_ack(method.delivery_tag)  # after the work: if this copy dies before, another gets it
                else:
                    channel.basic_reject(method.delivery_tag, requeue=False)  # TickTock counts it as missed


signal.signal(signal.SIGTERM, lambda *_: stop.set())
while not stop.is_set():
    try:
        consume()
    except (pika.exceptions.AMQPError, OSError) as error:
        print(f"no connection: {error!r}", file=sys.stderr)
        stop.wait(2)  # the broker is away, or TickTock has not declared its exchange yet
