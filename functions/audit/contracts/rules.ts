export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The rule pack. `mail`: at once, or in the next digest. */
export const rules = {
  'AUTH-FAIL': { severity: 'low', mail: 'digest', means: 'a login failed' },
  'AUTH-BRUTE-IP': { severity: 'high', mail: 'now', means: 'many logins from one address failed' },
  'AUTH-BRUTE-USER': { severity: 'high', mail: 'now', means: 'many logins as one user failed' },
  'AUTH-SPRAY': { severity: 'high', mail: 'now', means: 'logins as many users failed from one address' },
  'AUTH-BRUTE-OK': { severity: 'critical', mail: 'now', means: 'a login succeeded after many had failed' },
  'AUTH-EXTERNAL': { severity: 'medium', mail: 'digest', means: 'a login from outside of the allowed networks failed' },
  'USER-CREATE': { severity: 'medium', mail: 'now', means: 'an account was created' },
  'USER-DROP': { severity: 'medium', mail: 'now', means: 'an account was dropped' },
  'USER-RENAME': { severity: 'medium', mail: 'now', means: 'an account was renamed' },
  'USER-ALTER': { severity: 'low', mail: 'digest', means: 'an account was changed' },
  'USER-SUPER': {
    severity: 'critical',
    mail: 'now',
    means: 'an account became a superuser, or may change the catalog',
  },
  'USER-SHORT': { severity: 'high', mail: 'now', means: 'an account was created and dropped within a day' },
  'USER-EXPIRY': { severity: 'low', mail: 'digest', means: 'a password was made to last for ever' },
  'DDL-GRANT': { severity: 'medium', mail: 'digest', means: 'a statement gives rights away, or data' },
  'LOG-FORGED': {
    severity: 'medium',
    mail: 'digest',
    means: 'a line of a log may be written by somebody else than Redshift',
  },
  'LOG-DAMAGED': { severity: 'high', mail: 'now', means: 'an audit log cannot be read, or not all of it' },
  'LOG-SILENCE': { severity: 'high', mail: 'now', means: 'audit logs no longer arrive' },
} as const satisfies Record<string, { severity: Severity; mail: 'now' | 'digest'; means: string }>;

export type RuleId = keyof typeof rules;

export function severityOf(rule: RuleId): Severity {
  return rules[rule].severity;
}

export function isAtLeast(rule: RuleId, severity: Severity): boolean {
  return severities.indexOf(severityOf(rule)) >= severities.indexOf(severity);
}

/** What the rules go by; all of it can be configured. */
export interface Thresholds {
  readonly failures: number;
  readonly users: number;
  readonly windowMinutes: number;
  readonly successMinutes: number;
  /** Accounts that are AWS's own. */
  readonly ignoredUsers: readonly string[];
  /** Networks (CIDR) from which people connect; none: everywhere is allowed. */
  readonly allowedNetworks: readonly string[];
  /** Buckets into which may be unloaded; none: every one is allowed. */
  readonly unloadBuckets: readonly string[];
}

export const usualThresholds: Thresholds = {
  failures: 5,
  users: 5,
  windowMinutes: 60,
  successMinutes: 30,
  ignoredUsers: ['rdsdb'],
  allowedNetworks: [],
  unloadBuckets: [],
};
