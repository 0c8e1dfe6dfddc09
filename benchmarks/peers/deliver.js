import { Webhook } from 'standardwebhooks';

/** Returns what a job does: it signs a payload and posts it, as the README of standardwebhooks shows. */
export function createDeliver(url, secret) {
  const webhook = new Webhook(secret);
  return async ({ id, target, body }) => {
    const now = new Date();
    const response = await fetch(`${url}${target}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
      body,
    });
    if (!response.ok) {
      throw new Error(`The receiver answered ${response.status}.`);
    }
  };
}
