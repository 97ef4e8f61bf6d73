import { UsageInvalid } from './failures';

/**
 * A whole number from 1 on.
 *
 * @param option that it is of.
 * @throws UsageInvalid
 */
export function wholeIn(text: string, option: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageInvalid(`${option} takes a whole number from 1 to ${most}, got '${text}'`);
}
