import { timingSafeEqual } from 'node:crypto';

/**
 * Compares texts in a time that depends on their lengths alone. Text and not what it decodes to: base64 has bits that
 * no decoder reads and hexadecimal two cases, and a signature that was changed is refused, wherever it was changed.
 */
export function equalTexts(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether any pair is equal. Looks at all of them, so that the time does not tell which. */
export function anyEqual(given: readonly string[], expected: readonly string[]): boolean {
  let found = false;
  for (const one of given) for (const other of expected) found = equalTexts(one, other) || found;
  return found;
}
