import type { Certificate } from '../contracts/result';

/** How many days before its end an expiring certificate is reported; each once. */
export const warningDays = [30, 14, 7, 3, 1] as const;

/** A warning about a certificate that ends within `days`. */
export interface ExpiryWarning {
  /** Two warnings of the same id are one: public key, end and `days`. */
  readonly id: string;
  readonly days: (typeof warningDays)[number];
  readonly notAfter: string;
}

/** The warning that is due; `undefined` for a certificate with more time left, or an expired one: that fails the look itself. */
export function expiryWarning({
  spki,
  notAfter,
  daysLeft,
}: Pick<Certificate, 'spki' | 'notAfter' | 'daysLeft'>): ExpiryWarning | undefined {
  // 0 is its last day: it has not ended yet.
  if (daysLeft < 0) return undefined;
  const days = [...warningDays].reverse().find((most) => daysLeft <= most);
  return days === undefined ? undefined : { id: `${spki}/${notAfter}/${days}`, days, notAfter };
}
