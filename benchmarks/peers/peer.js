// node peer.js LIBRARY: publishes and delivers as the load harness says, line by line, and ends with its input.
//
// The first line is its settings, answered by "ready". Each further line is answered by itself when it is done:
//   publish FIRST COUNT   stores so many events, with the ids from that number on
//   work                  starts to deliver
//   rest                  stops to deliver
import { createInterface } from 'node:readline';
import { createDeliver } from './deliver.js';

const library = process.argv[2];
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const settings = JSON.parse((await lines.next()).value);
const { open } = await import(`./${library}.js`);
const queue = await open(settings.database, createDeliver(settings.url, settings.secret));
console.log('ready');

for await (const line of lines) {
  // Not awaited: a failure ends the process, and the harness with it.
  obey(line.split(' ')).then(() => console.log(line));
}

process.exit();

async function obey([command, first, count]) {
  if (command === 'publish') {
    await queue.publish(Array.from({ length: Number(count) }, (_, i) => createEvent(Number(first) + i)));
  } else {
    await queue[command]();
  }
}

function createEvent(number) {
  return { id: `${library}-${number}`, target: number % settings.targets, body: settings.body };
}
