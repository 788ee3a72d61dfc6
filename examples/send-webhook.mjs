// Sends a signed delivery to a webhook: node send-webhook.mjs <url> <secret> '{"amount": 12}'
// The signature is that of Standard Webhooks (https://www.standardwebhooks.com); change nothing in the body after it.
import { createHmac, randomUUID } from 'node:crypto';

const [url, secret, body = '{}'] = process.argv.slice(2);
if (!url || !secret) {
  process.stderr.write('usage: node send-webhook.mjs <url> <secret> [<json>]\n');
  process.exit(2);
}
const id = process.env.DELIVERY_ID ?? randomUUID(); // the same id again starts nothing new
const timestamp = Math.floor(Date.now() / 1000);
const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
const response = await fetch(url, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  },
  body,
});
process.stdout.write(`${response.status} ${await response.text()}\n`);
process.exitCode = response.ok ? 0 : 1;
