import type { Finding } from '../contracts/finding';
import type { ActivityRecord } from '../contracts/records';
import type { Thresholds } from '../contracts/rules';
import type { Source } from './detector';
import type { Draft } from './detector-state';
import { redacted } from './redact';

const looked = 2_000;

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^grant\s+role\s+"?sys:/i, 'a role of the system is given'],
  [/^alter\s+group\s+\S+\s+add\s+user\b/i, 'users are added to a group'],
  [/^grant\s[^;]*\bto\s+public\b/i, 'rights are given to everybody'],
  [/^alter\s+user\s+\S+\s[^;]*\bpassword\b/i, 'a password is set'],
  [/^(?:create|alter)\s+user\s+\S+\s[^;]*\b(?:createuser|superuser)\b/i, 'a superuser is made'],
];

/**
 * What a statement would do, if it does anything: the log is written before it runs. That it is what it seems is only
 * believed where its session is known; a query can hold a line that looks like another record.
 */
export function statementFinding(
  { sessions }: Draft,
  record: ActivityRecord,
  { cluster, object }: Source,
  thresholds: Thresholds,
): Finding | undefined {
  if (thresholds.ignoredUsers.includes(record.user)) return undefined;
  const statement = withoutComments(record.statement.slice(0, looked));
  const what = kinds.find(([pattern]) => pattern.test(statement))?.[1] ?? unloadOf(statement, thresholds);
  if (what === undefined) return undefined;
  const session = sessions.get(`${cluster}/${record.pid}`);
  const isKnown = session?.user === record.user;
  return {
    rule: 'DDL-GRANT',
    cluster,
    entity: `${record.user}: ${what}`,
    count: 1,
    firstAt: record.at,
    lastAt: record.at,
    summary: `${what}: ${redacted(record.statement.slice(0, 300))}`,
    actor: record.user,
    ...(session !== undefined && isKnown && { from: session.host }),
    evidence: { object, line: record.line, raw: redacted(record.raw) },
    ...(!isKnown && { unverified: true as const }),
  };
}

function unloadOf(statement: string, { unloadBuckets }: Thresholds): string | undefined {
  if (unloadBuckets.length === 0 || !/^unload\b/i.test(statement)) return undefined;
  const bucket = /\bto\s+'s3:\/\/([a-z0-9.-]{3,63})/i.exec(statement)?.[1];
  return bucket === undefined || unloadBuckets.includes(bucket) ? undefined : `data is unloaded to ${bucket}`;
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/^(\s*--[^\n]*\n)+/, '')
    .trim();
}
