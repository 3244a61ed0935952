const amqp = require('amqplib');
const { setTimeout: sleep } = require('node:timers/promises');

const { AMQP_URL = 'amqp://guest:guest@localhost:5672/', QUEUE = 'report', KEY = 'cron.second.30' } = process.env;
const { CRON } = process.env; // a line such as "30 2 * * *" registers the schedule of KEY
const done = []; // across copies, the id belongs into the database transaction of the job
let [job, stopping, channel] = [Promise.resolve(), false];

async function work(start, end) { // on the data of the interval from start to end
  await sleep(1000 * (process.env.JOB_SECONDS || 0)); // your job
}

function tell(outcomes, { fields, properties: { messageId, correlationId } }, outcome) {
  try {
    const body = Buffer.from(JSON.stringify(outcome));
    outcomes.publish('cron.schedule.outcome', fields.routingKey, body, { messageId, correlationId });
  } catch {} // An older TickTock has no such exchange, so the broker has closed this channel.
}

async function run(message, channel, outcomes) {
  const [id, began] = [message.properties.messageId, performance.now()];
  const seconds = () => (performance.now() - began) / 1000;
  try {
    if (id && done.includes(id)) {
      console.log(`again ${id}`);
    } else {
      const tick = JSON.parse(message.content);
      if (!tick.slot) throw new Error('no slot');
      console.log(`started ${id} from ${tick.previous} to ${tick.slot}`);
      await work(tick.previous, tick.slot);
      console.log(`done ${id}`);
      if (done.push(id) > 1000) done.shift();
    }
  } catch (error) {
    console.log(`failed ${id}: ${error.message}`);
    channel.reject(message, false); // to the exchange of missed ticks
    return tell(outcomes, message, { status: 'failed', message: error.message, seconds: seconds() });
  }
  channel.ack(message); // after the work: if this copy dies before, another gets the tick
  tell(outcomes, message, { status: 'done', seconds: seconds() });
}

async function setup(connection) {
  const own = channel = await connection.createChannel(); // another one after each connect
  const outcomes = await connection.createChannel();
  outcomes.on('error', () => {});
  channel.on('error', (error) => console.error(error.message));
  channel.on('close', () => stopping || connection.close().catch(() => {})); // to begin anew with another connection
  await channel.prefetch(1); // other ticks wait in the queue, where they can expire
  await channel.assertQueue(QUEUE, { durable: true, deadLetterExchange: 'cron.schedule.missed' });
  await channel.bindQueue(QUEUE, 'cron.schedule', KEY, CRON ? { cron: CRON } : {});
  await channel.consume(QUEUE, (message) => {
    job = job.then(() => stopping || (message ? run(message, own, outcomes) : own.close())) // no message: the queue is gone
      .catch((error) => console.error(error.message));
  });
}

async function main() {
  // Tries again while the broker is away, or TickTock has not declared its exchange yet.
  const recovery = { setup, initialDelay: 1000, maxDelay: 3000, waitForConnect: false };
  const connection = await amqp.connect(AMQP_URL, { recovery });
  ['error', 'connect-failed'].forEach((event) => connection.on(event, (error) => console.error(error.message)));
  process.once('SIGTERM', async () => {
    stopping = true; // what comes from now on is not acknowledged, so another copy gets it
    await job;
    await channel?.close().catch(() => {}); // after it has sent the acknowledgement
    await connection.close();
  });
}

main();
