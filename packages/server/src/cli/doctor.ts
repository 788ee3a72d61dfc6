import { z } from 'zod';

import { styleOf } from '../terminal/style.ts';
import { checkDatabase } from './doctor/database.ts';
import type { Finding, Situation } from './doctor/finding.ts';
import { checkMachine } from './doctor/machine.ts';
import { checkService } from './doctor/service.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';

const optionsSchema = z.object({
  json: z.boolean().default(false),
  dataDir: z.string().min(1),
  host: z.string().min(1),
  port: z.number(),
});

/** Words that hold a password: the user's part of a URL. */
function withoutPasswords(text: string, env: CliIo['env']): string {
  const secrets = ['DATABASE_URL', 'FLOWPROF_JOURNAL_KEY', 'FLOWPROF_API_KEY'].flatMap((name) => {
    const value = env[name];
    if (!value) return [];
    const password = URL.canParse(value) ? new URL(value).password : '';
    return [value, ...(password === '' ? [] : [password, decodeURIComponent(password)])];
  });
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function write(findings: readonly Finding[], io: CliIo): void {
  const style = styleOf(io.out.terminal);
  const marks = { ok: style.green('ok  '), warn: style.yellow('warn'), fail: style.red('FAIL') };
  for (const { check, state, detail, advice } of findings) {
    io.out.write(`${marks[state]}  ${check.padEnd(20)} ${style.clean(detail, 300)}\n`);
    if (advice !== null && state !== 'ok') io.out.write(`      ${' '.repeat(20)} ${style.clean(`→ ${advice}`, 400)}\n`);
  }
  const bad = findings.filter(({ state }) => state === 'fail').length;
  const odd = findings.filter(({ state }) => state === 'warn').length;
  const sum = `${findings.length} checks: ${bad} failed, ${odd} to look at`;
  io.out.write(`\n${bad > 0 ? style.red(sum) : odd > 0 ? style.yellow(sum) : style.green(sum)}\n`);
}

/** `flowprof doctor`: says what is wrong with a set-up and how to mend it. Returns the exit code, 1 when something fails. */
export async function doctorCommand(options: unknown, io: CliIo): Promise<number> {
  const { json, ...chosen } = optionsSchema.parse(options);
  const situation: Situation = { ...chosen, env: io.env };
  const found: Finding[] = [];
  for (const check of [checkMachine, checkService, checkDatabase]) found.push(...(await check(situation)));
  const findings = found.map((finding) => ({
    ...finding,
    detail: withoutPasswords(finding.detail, io.env),
    advice: finding.advice === null ? null : withoutPasswords(finding.advice, io.env),
  }));
  if (json) io.out.write(`${JSON.stringify({ findings }, null, 2)}\n`);
  else write(findings, io);
  return findings.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.fine;
}
