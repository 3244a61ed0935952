"""A worker that brings its own schedule: it asks for it by the arguments of its binding.

Usage: registering_worker.py PORT EXCHANGE QUEUE EVENT LINE. Prints "bound", then each tick, until a line comes in on
standard input; then it unbinds, prints "unbound", and goes on to print what comes.
"""
import sys
import threading

import pika

port, exchange, queue, event, line = sys.argv[1:]
arguments = {"cron": line, "zone": "Europe/Oslo", "validity": "2m"}

with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(port))) as connection:
    channel = connection.channel()
    channel.exchange_declare(exchange, "topic", durable=True)
    channel.queue_declare(queue, durable=True)
    channel.queue_bind(queue, exchange, event, arguments=arguments)
    print("bound", flush=True)

    def unbind():
        channel.queue_unbind(queue, exchange, event, arguments=arguments)
        print("unbound", flush=True)

    def await_command():
        sys.stdin.readline()
        connection.add_callback_threadsafe(unbind)

    threading.Thread(target=await_command, daemon=True).start()
    for method, properties, body in channel.consume(queue):
        print("tick", properties.message_id, flush=True)
        channel.basic_ack(method.delivery_tag)
