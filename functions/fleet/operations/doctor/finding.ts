/** What `doctor` has found. */
export interface Finding {
  /** What kind of thing it is: a closed list, for scripts. */
  readonly code: FindingCode;
  /**
   * `problem`: it does harm, or will. `notice`: it may be meant so. `fine`: a limit, and that there is room below it.
   */
  readonly severity: 'problem' | 'notice' | 'fine';
  /** `*`: the deployment as a whole. */
  readonly group: string;
  /** What was observed. */
  readonly evidence: string;
  /** What to do about it; empty for what is fine. */
  readonly repair: string;
}

export const findingCodes = [
  'settings-invalid',
  'group-missing',
  'group-taken-out',
  'hook-missing',
  'hook-drifted',
  'hold-beyond-hook',
  'process-suspended',
  'termination-policy',
  'target-group-missing',
  'target-group-without-listener',
  'target-group-unusable',
  'zone-unreadable',
  'zone-name-differs',
  'dns-orphan',
  'dns-missing',
  'name-outside-pattern',
  'zone-taken-out',
  'target-group-taken-out',
  'ledger-orphan',
  'instance-unknown',
  'zone-not-associated',
  'tag-differs',
  'tag-orphan',
  'target-orphan',
  'secret-unreadable',
  'definition-outdated',
  'function-missing',
  'function-drifted',
  'reserved-concurrency',
  'lambda-time',
  'lambda-memory',
  'lambda-storage',
  'lambda-descriptors',
  'lambda-concurrency',
  'lambda-package',
  'jenkins-unreachable',
  'job-unusable',
  'could-not-look',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** What a check says of a group: without its name, which the doctor adds. */
export type CheckResult = Omit<Finding, 'group'>;

export function problem(code: FindingCode, evidence: string, repair: string): CheckResult {
  return { code, severity: 'problem', evidence, repair };
}

export function notice(code: FindingCode, evidence: string, repair: string): CheckResult {
  return { code, severity: 'notice', evidence, repair };
}

export function noProblem(code: FindingCode, evidence: string): CheckResult {
  return { code, severity: 'fine', evidence, repair: '' };
}
