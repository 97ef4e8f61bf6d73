import type { Certificate } from '../contracts/result';

/** How many days before its end an expiring certificate is reported; each once. */
export const warningDays = [30, 14, 7, 3, 1] as const;

/** A certificate that ends soon, by how many days are left at most. */
export interface ExpiryWarning {
  /** What makes two messages one: the key, its end, and `days`. */
  readonly id: string;
  readonly days: (typeof warningDays)[number];
  readonly notAfter: string;
}

/** The warning that is due; `undefined` for a certificate with time left. An expired one fails the look itself. */
export function expiryWarning({
  spki,
  notAfter,
  daysLeft,
}: Pick<Certificate, 'spki' | 'notAfter' | 'daysLeft'>): ExpiryWarning | undefined {
  // On its last day it has no whole day left, and has not ended yet.
  if (daysLeft < 0) return undefined;
  const days = [...warningDays].reverse().find((most) => daysLeft <= most);
  return days === undefined ? undefined : { id: `${spki}/${notAfter}/${days}`, days, notAfter };
}
