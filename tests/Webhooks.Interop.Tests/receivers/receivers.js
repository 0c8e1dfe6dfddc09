// Receivers on loopback. Prints its port, and ends with its input: at the latest with the process that started it.
//
//   PUT  /receivers/{name}  [{ name, library, key }]: with what the receiver of this name verifies
//   POST /receivers/{name}  a webhook: 204 where all of them accept it, 400 where one does not, with { name: accepted }
//   POST /sign              { library, key, id, timestamp, body }: the headers that the library signs the body with
import { createServer } from 'node:http';
import { libraries } from './libraries.js';

const receivers = new Map();

async function receive(checks, headers, body) {
  const verdicts = {};
  for (const { name, library, key } of checks) {
    verdicts[name] = await libraries[library].verify(key, headers, body);
  }
  return [Object.values(verdicts).every((accepted) => accepted === true) ? 204 : 400, verdicts];
}

async function answer(request, body) {
  const route = `${request.method} ${request.url}`;
  if (route.startsWith('PUT /receivers/')) {
    receivers.set(request.url, JSON.parse(body));
    return [204];
  }
  if (route.startsWith('POST /receivers/')) {
    return receive(receivers.get(request.url), request.headers, body);
  }
  if (route === 'POST /sign') {
    const { library, key, ...message } = JSON.parse(body);
    return [200, await libraries[library].sign(key, message)];
  }
  return [404];
}

const server = createServer(async (request, response) => {
  let status, value;
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    [status, value] = await answer(request, Buffer.concat(chunks));
  } catch (error) {
    [status, value] = [500, { error: `${error.stack}` }];
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(value ?? {}));
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
