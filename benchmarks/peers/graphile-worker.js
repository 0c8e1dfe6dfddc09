import { Logger, makeWorkerUtils, run } from 'graphile-worker';

/** The settings are those that its documentation reaches its own figures with, and that were fastest in trials. */
export async function open(connectionString, deliver) {
  const logger = new Logger(() => (level, message) => level === 'error' && console.error(message));
  const preset = {
    worker: {
      connectionString,
      maxPoolSize: 40,
      concurrentJobs: 32,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
      logger,
    },
  };
  const utils = await makeWorkerUtils({ preset });
  await utils.migrate();
  let runner;
  return {
    publish: events => utils.addJobs(events.map(payload => ({ identifier: 'deliver', payload }))),
    work: async () => { runner = await run({ preset, taskList: { deliver }, noHandleSignals: true }); },
    rest: () => runner.stop(),
  };
}
