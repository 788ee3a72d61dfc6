import { isSecretFlag, STRUCK_OUT } from './names.ts';
import { redactPairs } from './pairs.ts';
import { redactUserInfo } from './user-info.ts';

/*
 * How the expressions stay linear on any text: one that begins with a fixed word and ends in an open repetition cannot
 * fail once it has met the least number; where something must follow a repetition, that has a bound, or what begins an
 * expression cannot occur inside it (the look-behinds see to that).
 */

/** Keys of well-known services, each of which begins in its own way. */
const KEYS = {
  flowprof: 'fp_[A-Za-z0-9]{1,64}_[A-Za-z0-9_-]+',
  aws: '(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![A-Za-z0-9])(?:[:,;|/\\s"\'=]{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?',
  google: 'AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\\.[A-Za-z0-9_-]{20,}',
  googleRefresh: '(?<![+/])1//0[A-Za-z0-9_-]{40,}',
  stripe: '(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+/]{24,}={0,2}',
  github: 'gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}',
  gitlab: 'gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas)-[A-Za-z0-9_.-]{20,}|GR1348941[A-Za-z0-9_-]{20,}',
  slack: 'xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}',
  npm: 'npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])',
  pypi: 'pypi-[A-Za-z0-9_-]{50,}',
  sendgrid: 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,}',
  twilio: 'SK[0-9a-f]{32}(?![A-Za-z0-9])',
  mailgun: 'key-[0-9a-f]{32}(?![A-Za-z0-9])',
  mailchimp: '[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9-])',
  azure: '[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])',
  openai: 'sk-(?=[a-z_-]{0,20}[0-9A-Z])[A-Za-z0-9_-]{20,}',
  huggingFace: 'hf_[A-Za-z0-9]{30,}',
  digitalOcean: 'do[oprt]_v1_[0-9a-f]{64}',
  shopify: 'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}',
  databricks: 'dapi[0-9a-f]{32}(?![A-Za-z0-9])',
  vault: 'hv[sbr]\\.[A-Za-z0-9_-]{20,}',
  atlassian: 'ATATT3[A-Za-z0-9_=-]{50,}',
  linear: 'lin_(?:api|oauth)_[A-Za-z0-9]{32,}',
  newRelic: 'NRAK-[A-Z0-9]{27}(?![A-Za-z0-9])',
  telegram: '[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])',
  age: 'AGE-SECRET-KEY-1[0-9A-Z]{20,}',
  jwt: '(?<![_-])eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}(?:\\.[A-Za-z0-9_-]*){0,3}',
} as const;

const ANY_KEY = new RegExp(`(?<![A-Za-z0-9])(?:${Object.values(KEYS).join('|')})`, 'g');

const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;

const SCHEME = /\b(Bearer|Basic|Negotiate)(\s{1,8}|%20)([A-Za-z0-9._~+/=-]{6,})/gi;

/** Words that follow the name of a scheme where only the scheme is spoken of. */
const SPOKEN_OF = /^(?:auth(?:entication|orization)?|credentials|realm=|scheme|tokens?|access|requests?|headers?)\.?$/i;

const WEBHOOK =
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot)[^\s"'<>]+/g;

/** `--password value` in a command line. */
const FLAG = /(?<![^\s"'])(--?[A-Za-z0-9-]{2,64})(["']?\s{1,8}["']?)([^\s"'-][^\s"']*)/g;

function redactScheme(all: string, scheme: string, space: string, credentials: string): string {
  return SPOKEN_OF.test(credentials) ? all : `${scheme}${space}${STRUCK_OUT}`;
}

function redactFlag(all: string, name: string, between: string): string {
  return isSecretFlag(name) ? `${name}${between}${STRUCK_OUT}` : all;
}

/** Bits: what a text has in it, which decides what is worth looking for. */
const HAS = { key: 1, pair: 2, dash: 4, scheme: 8, slashes: 16, fence: 32 } as const;

/** No key of a service has a shorter run of letters, digits, `_`, `-`, `.` and `~`, apart from our own. */
const SHORTEST_KEY = 13;

/** One cheap pass: plain prose and names, which most texts are, then need no other. */
function whatIsIn(text: string): number {
  let has = 0;
  let run = 0;
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97 ? code <= 122 || code === 126 : code >= 65 ? code <= 90 || code === 95 : code >= 48 && code <= 57) {
      if (++run >= SHORTEST_KEY || (code === 95 && last === 112)) has |= HAS.key;
      // An e of "bearer" or "negotiate", an a of "basic".
      if ((code | 32) === 101 ? (last | 32) === 98 || (last | 32) === 110 : (code | 32) === 97 && (last | 32) === 98)
        has |= HAS.scheme;
    } else if (code === 46) run++;
    else if (code === 45) {
      run++;
      has |= last === 45 ? HAS.dash | HAS.fence : HAS.dash;
    } else {
      run = 0;
      if (code === 58 || code === 61) has |= HAS.pair;
      else if (code === 47) has |= HAS.slashes;
    }
    last = code;
  }
  return has;
}

/**
 * A text with everything that looks like a secret struck out: credentials of HTTP, keys of well-known services, JSON web
 * tokens, private keys, credentials and secret parameters of URLs, webhooks, and values that a secret name stands before.
 * Linear in the length of the text, whatever it holds.
 */
export function redactPatterns(text: string): string {
  const has = whatIsIn(text);
  if (has === 0) return text;
  let struck = text;
  if ((has & HAS.fence) !== 0 && text.includes('-----BEGIN ')) struck = struck.replace(PRIVATE_KEY, STRUCK_OUT);
  if ((has & HAS.key) !== 0) struck = struck.replace(ANY_KEY, STRUCK_OUT);
  if ((has & HAS.scheme) !== 0) struck = struck.replace(SCHEME, redactScheme);
  if ((has & HAS.slashes) !== 0) {
    if (struck.includes('://')) struck = redactUserInfo(struck);
    struck = struck.replace(WEBHOOK, `$1${STRUCK_OUT}`);
  }
  if ((has & HAS.dash) !== 0) struck = struck.replace(FLAG, redactFlag);
  return (has & HAS.pair) === 0 ? struck : redactPairs(struck);
}
