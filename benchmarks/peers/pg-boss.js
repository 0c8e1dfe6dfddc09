import { PgBoss } from 'pg-boss';

const queue = 'webhooks';

/** The settings are those that were fastest in trials; upkeep, which takes time from deliveries, is off. */
export async function open(connectionString, deliver) {
  const boss = new PgBoss({ connectionString, max: 10, supervise: false, schedule: false });
  boss.on('error', console.error);
  await boss.start();
  await createQueue(boss);
  return {
    publish: events => boss.insert(queue, events.map(data => ({ data }))),
    work: () => boss.work(
      queue,
      { batchSize: 100, localConcurrency: 2, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
      jobs => Promise.all(jobs.map(job => deliver(job.data)))),
    rest: () => boss.offWork(queue, { wait: true }),
  };
}

/** A queue with a table of its own, whichever process is the first. */
async function createQueue(boss) {
  if (!await boss.getQueue(queue)) {
    await boss.createQueue(queue, { partition: true });
  }
}
