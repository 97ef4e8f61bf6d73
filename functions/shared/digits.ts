import { createHash } from 'node:crypto';

/** Twelve decimal digits that stand for `text`: enough to tell apart what has a name in common besides. */
export function digits(text: string): string {
  const value = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return String(value % 1e12).padStart(12, '0');
}
