import type { ActivityRecord } from '../logs/records';
import { shownSql, statementsWithoutLiterals } from '../logs/sql-shown';
import { statementsOf } from '../logs/sql-statements';
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
    if (this.options.ignoredUsers.includes(one.user)) return;
    const kinds = kindsIn(one.statement, this.options);
    if (kinds.length === 0) return;
    const safe = statementsWithoutLiterals(one.statement);
    for (const what of kinds) {
      const isAbout = (sql: string) => kindsOf(sql, this.options).includes(what) || isUnloadSomewhere(sql, what);
      this.#tell(what, one, shownSql(safe, isAbout).slice(0, 1000), evidence);
    }
  }

  #tell(what: string, one: ActivityRecord, statement: string, evidence: () => Evidence): void {
    const session = sessionAt(this.state, one.pid, one.at);
    const verified = session?.user === one.user && session.rival === undefined;
    this.findings.add({
      rule: 'DDL-GRANT',
      cluster: this.cluster,
      entity: `${what} ${verified ? one.user : `process ${one.pid}`}`,
      details: detailsOf(verified ? `${what} by ${shownUser(one.user)}` : `${what}, unverified`, [
        [verified ? 'user' : 'user, as claimed', one.user],
        [
          'verified',
          verified ? `connectionlog has this session, from ${session.host}` : 'no: connectionlog has no such session',
        ],
        ['database', one.database],
        ['statement', statement],
      ]),
      count: 1,
      firstAt: one.at,
      lastAt: one.at,
      evidence: evidence(),
    });
  }
}

// A name, in quotes or not, and what stands around it: a name in quotes needs no blank. Each ends at one place alone, and
// no more than one blank behind it is taken: else what follows would be looked for from each of the places again.
const quoted = String.raw`"(?:[^"]|"")*"(?!")`;
const name = String.raw`(?:${quoted}|[^\s,"]+)`;
const named = String.raw`(?:\s*${quoted}|\s+[^\s,"]+\s)`;
const test = (pattern: string) => new RegExp(pattern, 'i');
// Each is tied to the beginning of the statement, and what it looks over is as long as that is: who makes it long hides nothing.
const tests: readonly (readonly [string, RegExp])[] = [
  ['GRANT of a system role', test(String.raw`^grant\s+role\s*(?:${name}\s*,\s*)*"?sys:`)],
  [
    'GRANT to PUBLIC',
    test(
      String.raw`^(?:grant|alter\s+default\s+privileges)\s[^]*?(?:\bto|(?<=")to)(?:\s+|(?="))(?:(?:group|role)\s+)?(?:${name}\s*,\s*(?:(?:group|role)\s+)?)*(?:public\b|"public")`,
    ),
  ],
  ['ALTER GROUP … ADD USER', test(String.raw`^alter\s+group${named}\s*add\s+user\b`)],
  ['password changed', test(String.raw`^alter\s+user${named}(?:[^]*?[\s"'])?password\b`)],
  ['GRANT on a datashare', /^grant\s+(?:[a-z]+[\s,]+){1,8}on\s+datashare\b/i],
  [
    'datashare open to public clusters',
    test(String.raw`^(?:create|alter)\s+datashare${named}(?:[^]*?[\s"'])?publicaccessible[\s=]+true\b`),
  ],
  [
    'SYSLOG ACCESS UNRESTRICTED given',
    test(String.raw`^(?:create|alter)\s+user${named}(?:[^]*?[\s"'])?syslog\s+access\s+unrestricted\b`),
  ],
  ['CREATEUSER given', test(String.raw`^(?:create|alter)\s+user${named}(?:[^]*?[\s"'])?createuser\b`)],
];
const mayMatter = /\b(?:grant|alter|create|unload)\b/i;

/** Of so many kinds each is told: who wants to hide one behind others has it in the mail about those. */
const mostKinds = 10;

/** What matters in a text of one or several statements, each kind once. */
function kindsIn(text: string, options: RuleOptions): string[] {
  if (!mayMatter.test(text)) return [];
  const kinds = new Set<string>();
  for (const sql of statementsOf(text)) {
    for (const kind of kindsOf(sql, options)) kinds.add(kind);
    if (kinds.size >= mostKinds) break;
  }
  return [...kinds].slice(0, mostKinds);
}

function kindsOf(sql: string, { unloadBuckets }: RuleOptions): string[] {
  const unload = /^unload\s*\([^]*\)\s*to\s*'s3:\/\/([^/']+)/i.exec(sql);
  const isElsewhere = unload !== null && !unloadBuckets.includes(unload[1] ?? '');
  return [
    ...(isElsewhere ? [`UNLOAD to ${bucketIn(unload[1])}`] : []),
    ...tests.filter(([, one]) => one.test(sql)).map(([kind]) => kind),
  ];
}

/** Where it goes is hidden, for it can be a secret. */
function isUnloadSomewhere(sql: string, what: string): boolean {
  return what.startsWith('UNLOAD ') && /^unload\s*\([^]*\)\s*to\s*'\*\*\*'/i.test(sql);
}

/** What is no name of a bucket can hold keys, as URLs of other systems do. */
function bucketIn(text = ''): string {
  return /^[a-z0-9.-]{3,63}$/i.test(text) ? text : 'an invalid bucket name';
}
