import type { ActivityRecord } from '../logs/records';
import { sessionAt } from './accounts';
import { detailsOf, type Evidence, type Findings } from './findings';
import { shownUser } from './hosts';
import type { RuleOptions } from './options';
import type { DetectorState } from './state';

/** Rules over statements. They were logged before they ran, and a header can be forged: none is more than a hint. */
export class Statements {
  #last = '';

  constructor(
    readonly options: RuleOptions,
    readonly cluster: string,
    readonly state: DetectorState,
    readonly findings: Findings,
  ) {}

  see(one: ActivityRecord, evidence: () => Evidence): void {
    // JDBC logs a statement twice.
    const same = `${one.pid} ${one.xid} ${one.statement.slice(0, 500)}`;
    if (same === this.#last) return;
    this.#last = same;
    const what = kindOf(one.statement, this.options);
    if (what === undefined || this.options.ignoredUsers.includes(one.user)) return;
    const session = sessionAt(this.state, one.pid, one.at);
    const verified = session?.user === one.user;
    this.findings.add({
      rule: 'DDL-GRANT',
      cluster: this.cluster,
      entity: `${what} ${verified ? one.user : `process ${one.pid}`}`,
      details: detailsOf(verified ? `${what} by ${shownUser(one.user)}` : `${what}, unverified`, [
        [verified ? 'user' : 'user, as the line claims', one.user],
        [
          'verified',
          verified ? `connectionlog has this session, from ${session.host}` : 'no: connectionlog has no such session',
        ],
        ['database', one.database],
        ['statement', one.statement.slice(0, 1000)],
      ]),
      count: 1,
      firstAt: one.at,
      lastAt: one.at,
      evidence: evidence(),
    });
  }
}

const tests: readonly (readonly [string, RegExp])[] = [
  ['GRANT of a system role', /^grant\s+role\s+"?sys:/i],
  ['GRANT to PUBLIC', /^grant\s[^]{0,2000}?\bto\s+(?:group\s+)?public\b/i],
  ['ALTER GROUP … ADD USER', /^alter\s+group\s+\S+\s+add\s+user\b/i],
  ['password changed', /^alter\s+user\s+\S+\s[^]{0,500}?\bpassword\b/i],
  ['CREATEUSER given', /^(?:create|alter)\s+user\s+\S+\s[^]{0,500}?\bcreateuser\b/i],
];

function kindOf(statement: string, options: RuleOptions): string | undefined {
  const sql = beginning(statement);
  const unload = /^unload\s*\([^]*\)\s*to\s+'s3:\/\/([^/']+)/i.exec(sql);
  if (unload !== null && !options.unloadBuckets.includes(unload[1] ?? '')) return `UNLOAD to ${unload[1] ?? ''}`;
  return tests.find(([, test]) => test.test(sql))?.[0];
}

/** Without the comments that tools write before a statement. */
function beginning(statement: string): string {
  let sql = statement.slice(0, 8000).trimStart();
  for (;;) {
    const end = sql.startsWith('/*') ? sql.indexOf('*/') + 2 : sql.startsWith('--') ? sql.indexOf('\n') + 1 : 0;
    if (end <= 1) return sql;
    sql = sql.slice(end).trimStart();
  }
}
