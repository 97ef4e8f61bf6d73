/** Which rules apply, and from when on: what an adopter may change. */
export interface RuleOptions {
  /** Accounts of AWS itself. Never ignored when they come from elsewhere than the cluster. */
  readonly ignoredUsers: readonly string[];
  /** CIDR. A failure from elsewhere is AUTH-EXTERNAL. */
  readonly allowedNetworks: readonly string[];
  /** Buckets to which UNLOAD is expected. */
  readonly unloadBuckets: readonly string[];
  /** Rules that are switched off. */
  readonly disabled: readonly string[];
  readonly bruteForce: { readonly failures: number; readonly minutes: number };
  readonly spray: { readonly users: number; readonly minutes: number };
  readonly success: { readonly failures: number; readonly minutes: number };
  readonly shortLivedHours: number;
}

export const defaultOptions: RuleOptions = {
  ignoredUsers: ['rdsdb'],
  allowedNetworks: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '127.0.0.0/8',
    'fc00::/7',
    '::1/128',
  ],
  unloadBuckets: [],
  disabled: [],
  bruteForce: { failures: 5, minutes: 60 },
  spray: { users: 5, minutes: 60 },
  success: { failures: 5, minutes: 30 },
  shortLivedHours: 24,
};

/** The rules that need more of connectionlog than its failed logins: who had which session, and who got in after all. */
export const rulesOfSessions = [
  'AUTH-BRUTE-OK',
  'USER-CREATE',
  'USER-DROP',
  'USER-RENAME',
  'USER-ALTER',
  'USER-SUPER',
  'USER-SHORT',
  'USER-EXPIRY',
  'DDL-GRANT',
] as const;

/** Whether of connectionlog only failed logins matter: the other lines need not be read then. */
export function onlyFailures({ disabled }: RuleOptions): boolean {
  return rulesOfSessions.every((rule) => disabled.includes(rule));
}
