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

const units = { d: 1440, h: 60, m: 1 } as const;

/**
 * A time such as `1h30m` in minutes.
 *
 * @param option that it is of, for the message about a mistake.
 * @throws UsageInvalid for text that is no time, and for one that is shorter than a minute.
 */
export function minutesIn(text: string, option = '--for'): number {
  const parts = /^(?=.)(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text.trim());
  const [, days = '0', hours = '0', minutes = '0'] = parts ?? [];
  const all = Number(days) * units.d + Number(hours) * units.h + Number(minutes) * units.m;
  if (all < 1) throw new UsageInvalid(`${option} takes a time such as 30m, 4h, 1h30m or 2d, got '${text}'`);
  return all;
}
