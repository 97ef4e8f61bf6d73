const minuteMs = 60_000;

/** Counts of the last minutes, in bounded memory however much is counted: one number for each minute. */
export interface Window {
  readonly minutes: Readonly<Record<string, number>>;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** With one more at `at`; what is older than the window by the newest is let go. Events may come out of order. */
export function counted(window: Window | undefined, at: number, lengthMinutes: number): Window {
  const minute = Math.floor(at / minuteMs);
  const newest = Math.max(minute, Math.floor((window?.lastAt ?? at) / minuteMs));
  const kept = Object.entries(window?.minutes ?? {}).filter(([one]) => Number(one) > newest - lengthMinutes);
  const minutes: Record<string, number> = Object.fromEntries(kept);
  if (minute > newest - lengthMinutes) minutes[String(minute)] = (minutes[String(minute)] ?? 0) + 1;
  return {
    minutes,
    firstAt: Math.min(window?.firstAt ?? at, at),
    lastAt: Math.max(window?.lastAt ?? at, at),
  };
}

/** How many there were in the minutes before `at`. */
export function countIn(window: Window | undefined, at: number, lengthMinutes: number): number {
  const until = Math.floor(at / minuteMs);
  return Object.entries(window?.minutes ?? {})
    .filter(([minute]) => Number(minute) > until - lengthMinutes && Number(minute) <= until)
    .reduce((sum, [, count]) => sum + count, 0);
}
