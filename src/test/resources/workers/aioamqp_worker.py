"""A worker as users have it: aioamqp, the library's defaults, a queue with only a name."""
import asyncio
import os
import sys

import aioamqp

PORT = int(os.environ.get("AMQP_PORT", "5672"))
EXCHANGE = os.environ.get("EXCHANGE", "cron.schedule")


async def on_tick(channel, body, envelope, properties):
    print("tick", properties.message_id, envelope.routing_key, body.decode(), flush=True)
    await channel.basic_client_ack(delivery_tag=envelope.delivery_tag)


async def work():
    _transport, protocol = await aioamqp.connect(port=PORT)
    channel = await protocol.channel()
    await channel.queue_declare(queue_name="ping_my_heroku_app")
    await channel.queue_bind(
        queue_name="ping_my_heroku_app", exchange_name=EXCHANGE, routing_key="cron.minute.15"
    )
    await channel.basic_consume(on_tick, queue_name="ping_my_heroku_app")
    print("waiting", flush=True)


loop = asyncio.new_event_loop()
loop.run_until_complete(work())
try:
    loop.run_forever()
except KeyboardInterrupt:
    sys.exit(0)
