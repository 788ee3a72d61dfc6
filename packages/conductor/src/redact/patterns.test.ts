import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactPatterns } from './patterns.ts';

const GONE = '[redacted]';

/** Letters and digits as keys have them; no key that exists. */
const key = (length: number, alphabet = 'aB3dE5fG7hJ9'): string => alphabet.repeat(99).slice(0, length);
const hex = (length: number): string => key(length, '0123456789abcdef');

describe('keys of services', () => {
  test.each([
    ['flowprof', `fp_01ab_${key(20)}`],
    ['AWS', `AKIA${'ABCD2345'.repeat(2)}`],
    ['AWS with its secret', `AKIA${'ABCD2345'.repeat(2)}:${key(40)}`],
    ['AWS, temporary', `ASIA${'ABCD2345'.repeat(2)}`],
    ['Google', `AIza${key(35)}`],
    ['Google, client secret', `GOCSPX-${key(28)}`],
    ['Google, access token', `ya29.${key(60)}`],
    ['Google, refresh token', `1//0${key(50)}`],
    ['Stripe', `sk_live_${key(24)}`],
    ['Stripe, restricted', `rk_test_${key(24)}`],
    ['Stripe, webhook', `whsec_${key(32)}`],
    ['GitHub', `ghp_${key(36)}`],
    ['GitHub, fine-grained', `github_pat_${key(22)}_${key(59)}`],
    ['GitLab', `glpat-${key(20)}`],
    ['GitLab, runner', `glrt-${key(20)}`],
    ['Slack', `xoxb-${key(12, '123456789')}-${key(24)}`],
    ['Slack, app', `xapp-1-${key(30)}`],
    ['npm', `npm_${key(36)}`],
    ['PyPI', `pypi-${key(60)}`],
    ['SendGrid', `SG.${key(22)}.${key(43)}`],
    ['Twilio', `SK${hex(32)}`],
    ['Mailgun', `key-${hex(32)}`],
    ['Mailchimp', `${hex(32)}-us21`],
    ['Azure, client secret', `a1b8Q~${key(34)}`],
    ['OpenAI', `sk-proj-${key(40)}`],
    ['Anthropic', `sk-ant-api03-${key(40)}`],
    ['Hugging Face', `hf_${key(34)}`],
    ['DigitalOcean', `dop_v1_${hex(64)}`],
    ['Shopify', `shpat_${hex(32)}`],
    ['Databricks', `dapi${hex(32)}`],
    ['Vault', `hvs.${key(30)}`],
    ['Atlassian', `ATATT3${key(60)}`],
    ['Linear', `lin_api_${key(40)}`],
    ['New Relic', `NRAK-${key(27, 'ABC123XYZ')}`],
    ['Telegram', `1234567890:${key(35)}`],
    ['age', `AGE-SECRET-KEY-1${key(58, 'QPZRY9X8')}`],
    ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${key(43)}`],
    ['JWE', `eyJhbGciOiJkaXIifQ.${key(10)}.${key(16)}.${key(30)}.${key(22)}`],
  ])('%s', (_, secret) => {
    for (const [before, after] of [
      ['', ''],
      ['the key ', ' was refused'],
      ['{"x":"', '"}'],
      ['(', ')'],
      ['x=', '&y=1'],
    ]) {
      expect(redactPatterns(`${before}${secret}${after}`)).toBe(`${before}${GONE}${after}`);
    }
  });
});

describe('credentials by what stands around them', () => {
  test.each([
    ['Authorization: Bearer abc.DEF-123', `Authorization: Bearer ${GONE}`],
    ['authorization: Token 0a1b2c3d', `authorization: ${GONE}`],
    ['Authorization: Digest username="u", response="0a1b"', `Authorization: ${GONE}"u", response="0a1b"`],
    ['basic dXNlcjpwYXNz', `basic ${GONE}`],
    ['Cookie: sid=abc; theme=dark\nAccept: */*', `Cookie: ${GONE}\nAccept: */*`],
    ['{"set-cookie":["a=b; Path=/","c=d"],"n":1}', `{"set-cookie":${GONE},"n":1}`],
    [`{ authorization: 'Basic dXNlcjpwYXNz', n: 1 }`, `{ authorization: 'Basic ${GONE}', n: 1 }`],
    ['postgres://joe:pass@db/x', `postgres://${GONE}@db/x`],
    ['redis://:hunter2@cache:6379', `redis://${GONE}@cache:6379`],
    ['mongodb+srv://joe:p@ss@h/x', `mongodb+srv://${GONE}@h/x`],
    ['amqp://joe:p/a?s#s@mq/x', `amqp://${GONE}@mq/x`],
    ['https://0a1b2c@o1.ingest.example/2', `https://${GONE}@o1.ingest.example/2`],
    ['/x?page=1&access_token=abc&q=2', `/x?page=1&access_token=${GONE}&q=2`],
    ['/x?sig=a%2Bb,c&se=2030', `/x?sig=${GONE}&se=2030`],
    ['/x?X-Amz-Signature=0a1b&X-Amz-Date=2030', `/x?X-Amz-Signature=${GONE}&X-Amz-Date=2030`],
    ['Server=db;User Id=joe;Password=hunter2;Encrypt=true', `Server=db;User Id=joe;Password=${GONE};Encrypt=true`],
    ['AccountName=a;AccountKey=0a1b==;EndpointSuffix=x', `AccountName=a;AccountKey=${GONE};EndpointSuffix=x`],
    ['SharedAccessKey=0a1b=', `SharedAccessKey=${GONE}`],
    ['jdbc:mysql://h/db?user=joe&password=hunter2', `jdbc:mysql://h/db?user=joe&password=${GONE}`],
    ['login failed with password=hunter2 at h', `login failed with password=${GONE} at h`],
    ['error: api key: 0a1b2c', `error: api key: ${GONE}`],
    ['password=a,b;c', `password=${GONE}`],
    ['{"user":"joe","password":"hun\\"ter2"}', `{"user":"joe","password":"${GONE}"}`],
    ['"{\\"client_secret\\":\\"hunter2\\"}"', `"{\\"client_secret\\":\\"${GONE}\\"}"`],
    [`{ apiKey: 'hunter2', n: 1 }`, `{ apiKey: '${GONE}', n: 1 }`],
    ['{"tokens":["a","b"]}', `{"tokens":${GONE}}`],
    ['aws_secret_access_key => hunter2', `aws_secret_access_key => ${GONE}`],
    ['psql --password hunter2 -h db', `psql --password ${GONE} -h db`],
    ['tool --api-key=hunter2 -v', `tool --api-key=${GONE} -v`],
    ['https://hooks.slack.com/services/T0/B0/abc', `https://hooks.slack.com/services/${GONE}`],
    ['https://discord.com/api/webhooks/1/abc', `https://discord.com/api/webhooks/${GONE}`],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', GONE],
    ['a -----BEGIN PRIVATE KEY-----\nMIIE', `a ${GONE}`],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----.', `${GONE}.`],
    ['private_key: "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"', `private_key: "${GONE}"`],
  ])('%s', (text, expected) => {
    expect(redactPatterns(text)).toBe(expected);
  });
});

describe('what is no secret stays', () => {
  const picture = Buffer.from(Uint8Array.from({ length: 30_000 }, (_, i) => (i * 7919 + (i >> 3)) & 255));
  test.each([
    ['a UUID', 'e4eaaaf2-d142-11e1-b3e4-080027620cdd'],
    ['a hash of git', '0b7e9f1c2d3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c'],
    ['a digest', `sha256:${hex(64)}`],
    ['a trace context', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['a picture', `data:image/png;base64,${picture.toString('base64')}`],
    ['the same with the other alphabet', picture.toString('base64url')],
    ['ids', 'cus_NffrFeUfNV2Hib order-2026-000123 run_01HZX3K8W9 i-0abcd1234efgh5678'],
    ['prose', 'the bearer of this letter has basic authentication and passes the token on'],
    ['an error of a parser', 'Unexpected token } in JSON at position 42'],
    ['numbers of tokens', 'input_tokens: 1200, max_tokens=4096, "total_tokens":5296'],
    ['what is said of secrets', 'password: required, token: expired, secret: null'],
    ['an ordinary URL', 'https://example.com:8443/@scope/pkg/a?page=2&sort=name#part@2'],
    ['an address of mail', 'https://example.com/?to=joe@example.com and joe@example.com'],
    ['a registry', 'http://127.0.0.1:4873/@scope/name'],
    ['a time', 'started: 2026-11-21T08:00:00.000Z, took: 12.5 ms'],
    ['a slug', 'sk-a-slug-of-many-small-words'],
    ['a challenge', 'Basic realm="x"'],
    ['a path', '/usr/lib/node_modules/npm/bin/npm-cli.js:12:34'],
    ['a stack', 'at run (file:///srv/app/tokens.js:10:5)'],
  ])('%s', (_, text) => {
    expect(redactPatterns(text)).toBe(text);
  });
});

const WORDS =
  'password token authorization cookie Bearer Basic hunter2 joe eyJabcdef sk_live_12345678 [redacted] true key = : " \' \\" \\ , ; & ? :// @ / # . - -- [ ] { } é … %20 -----BEGIN';
const words = fc.constantFrom(
  ...WORDS.split(' '),
  ' ',
  '\n',
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
);

test('to strike out twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 14 }), (parts) => {
      const once = redactPatterns(parts.join(''));
      expect(redactPatterns(once)).toBe(once);
    }),
    { numRuns: 1500 },
  );
});

const MEGABYTE = 1_000_000;

/**
 * The time that a text of a megabyte may take. Linear ones take some 10 to 100 ms; an expression that looks back takes
 * minutes, so that a loaded machine cannot be mistaken for one.
 */
const MOST_MS = 1000;

test('a megabyte of anything is read in linear time', () => {
  const ends = ['', '!', '@x', '"'];
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 3 }), fc.constantFrom(...ends), (parts, end) => {
      const unit = parts.join('') || 'a';
      const text = unit.repeat(Math.ceil(MEGABYTE / unit.length)) + end;
      const before = process.cpuUsage();
      redactPatterns(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(MOST_MS);
    }),
    { numRuns: 25 },
  );
});
