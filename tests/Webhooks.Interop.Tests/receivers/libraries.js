// What receivers verify with, each as its documentation says. A function `verify` returns whether the request is accepted and throws
// only where something else goes wrong; `sign` returns the headers of a request that the library itself has signed.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import * as github from '@octokit/webhooks-methods';
import * as standardWebhooks from 'standardwebhooks';
import Stripe from 'stripe';
import * as svix from 'svix';

const standard = (library, prefix) => ({
  verify: (key, headers, body) =>
    accepts(library.WebhookVerificationError, () => new library.Webhook(key).verify(body.toString(), headers)),
  sign: (key, { id, timestamp, body }) =>
    headersOf(prefix, id, timestamp, new library.Webhook(key).sign(id, new Date(timestamp * 1000), body)),
});

export const libraries = {
  standardwebhooks: standard(standardWebhooks, 'webhook'),

  svix: standard(svix, 'svix'),

  stripe: {
    verify: (key, headers, body) =>
      accepts(Stripe.errors.StripeSignatureVerificationError, () =>
        Stripe.webhooks.constructEvent(body, headers['stripe-signature'], key)),
    sign: (key, { timestamp, body }) => ({
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret: key, timestamp }),
    }),
  },

  '@octokit/webhooks-methods': {
    verify: (key, headers, body) => github.verify(key, body.toString(), headers['x-hub-signature-256']),
    sign: async (key, { body }) => ({ 'x-hub-signature-256': await github.sign(key, body) }),
  },

  // The packages know no `v1a`, but Node.js knows Ed25519. The key is a JWKS document.
  'node:crypto': {
    verify: (jwks, headers, body) => {
      const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
      const signatures = headers['webhook-signature']
        .split(' ')
        .filter((signature) => signature.startsWith('v1a,'))
        .map((signature) => Buffer.from(signature.slice('v1a,'.length), 'base64'));
      return JSON.parse(jwks).keys.some((key) => {
        const publicKey = createPublicKey({ key, format: 'jwk' });
        return signatures.some((signature) => verify(null, signed, publicKey, signature));
      });
    },
    // The key is `whsk_` and base64 of the seed and, perhaps, the public key.
    sign: (key, { id, timestamp, body }) => {
      const seed = Buffer.from(key.slice('whsk_'.length), 'base64').subarray(0, 32);
      // RFC 8410, section 7: what stands before the seed in PKCS #8.
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const signature = sign(null, Buffer.from(`${id}.${timestamp}.${body}`), privateKey);
      return headersOf('webhook', id, timestamp, `v1a,${signature.toString('base64')}`);
    },
  },
};

function accepts(refusal, verify) {
  try {
    verify();
    return true;
  } catch (error) {
    if (error instanceof refusal) return false;
    throw error;
  }
}

function headersOf(prefix, id, timestamp, signature) {
  return { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: `${timestamp}`, [`${prefix}-signature`]: signature };
}
