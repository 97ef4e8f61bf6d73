import type { Certificate } from '../contracts/result';

/** How many days before its end an expiring certificate is reported; each once. */
export const ladder = [30, 14, 7, 3, 1] as const;

/** A certificate that ends soon, by the rung of the ladder that it has come to. */
export interface ExpiryWarning {
  /** What makes two messages one: the key, its end, and the rung. */
  readonly id: string;
  readonly days: (typeof ladder)[number];
  readonly notAfter: string;
}

/** The rung that a certificate is on; `undefined` for one with time left. An expired one fails the look itself. */
export function expiryWarning({
  spki,
  notAfter,
  daysLeft,
}: Pick<Certificate, 'spki' | 'notAfter' | 'daysLeft'>): ExpiryWarning | undefined {
  // On its last day it has no whole day left, and has not ended yet.
  if (daysLeft < 0) return undefined;
  const days = [...ladder].reverse().find((rung) => daysLeft <= rung);
  return days === undefined ? undefined : { id: `${spki}/${notAfter}/${days}`, days, notAfter };
}
