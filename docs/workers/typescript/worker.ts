// A worker that runs its job at each tick of TickTock.
import { setTimeout as sleep } from 'node:timers/promises'
import { AsyncMessage, Connection, ConsumerStatus } from 'rabbitmq-client'

type Tick = { slot: string, previous?: string | null }

const { AMQP_URL = 'amqp://guest:guest@localhost:5672/', QUEUE = 'report', KEY = 'cron.second.30' } = process.env
const { CRON, JOB_SECONDS = '0' } = process.env

/** Does what is due in the interval from the previous slot, if there is one, to this one. */
async function job(tick: Tick): Promise<void> {
  await sleep(Number(JOB_SECONDS) * 1000)
}

/** The last ticks done. Copies of the worker do not share it: store the id in the database transaction of the job. */
const done: string[] = []

/** How it ended. A TickTock that is older has no such exchange; then nothing is told. */
async function tell({ messageId, correlationId, routingKey }: AsyncMessage, outcome: object): Promise<void> {
  await outcomes.send({ exchange: 'cron.schedule.outcome', routingKey, messageId, correlationId }, outcome).catch(() => {})
}

async function handle(message: AsyncMessage): Promise<ConsumerStatus> {
  const { messageId = '', body } = message
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  if (messageId && done.includes(messageId)) {
    console.log('again', messageId)
    return ConsumerStatus.ACK
  }
  try {
    // The client has parsed the body by its content type. What it left as bytes is no tick of TickTock.
    const tick: Tick = Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body
    if (!tick?.slot) throw new Error('no slot')
    console.log('started', messageId, 'from', tick.previous, 'to', tick.slot)
    await job(tick)
  } catch (error) {
    console.log(`failed ${messageId}: ${error}`)
    setImmediate(tell, message, { status: 'failed', message: `${error}`, seconds: seconds() })
    return ConsumerStatus.DROP // Not requeued: the tick goes to the exchange of missed ticks.
  }
  done.push(messageId)
  if (done.length > 100) done.shift()
  console.log('done', messageId)
  // Told after the client has acknowledged: a broker in an alarm reads nothing after what is published.
  setImmediate(tell, message, { status: 'done', seconds: seconds() })
  return ConsumerStatus.ACK
}

// The client reconnects by itself, and then sets all of this up again.
const rabbit = new Connection({ url: AMQP_URL, retryLow: 1000, retryHigh: 2000 })
const outcomes = rabbit.createPublisher({ confirm: true, maxAttempts: 1 })
const consumer = rabbit.createConsumer({
  queue: QUEUE,
  queueOptions: { durable: true, arguments: { 'x-dead-letter-exchange': 'cron.schedule.missed' } },
  // With the argument cron, TickTock publishes the key on this worker's own schedule.
  queueBindings: [{ exchange: 'cron.schedule', routingKey: KEY, arguments: CRON ? { cron: CRON } : {} }],
  qos: { prefetchCount: 1 }, // Ticks wait, and expire, in the queue.
}, handle)
for (const emitter of [rabbit, consumer]) emitter.on('error', console.error)

process.once('SIGTERM', async () => {
  await consumer.close() // Waits for the job in hand.
  await outcomes.close()
  await rabbit.close()
})
