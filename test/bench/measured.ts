/** What one bench has found. */
export interface Measurement {
  readonly title: string;
  /** In a table with a target, `target` says what it is and `met` whether it was. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** How it was measured, and what it is held against. */
  readonly notes: readonly string[];
  /** The figures that have a target. A missed one fails the run. */
  readonly checks: readonly Check[];
  /** What a reader of the README is told beside the figures. */
  readonly remark?: string;
}

/** The last two columns of a row. */
export interface Verdict {
  readonly target: string;
  readonly met: 'yes' | 'NO' | '-';
}

/** One figure held against its target. */
export interface Check {
  /** Whose figure: `100 at once`. Stands in the row already, so the column leaves it out. */
  readonly of: string;
  /** `overhead p99`. */
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
  readonly unit: string;
}

export function isMet({ measured, atMost }: Check): boolean {
  // Not `>`: a figure that is missing (NaN) has met nothing.
  return measured <= atMost;
}

/** The verdict over all checks of one row. Without any the row has no target. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.length === 0) return { target: '-', met: '-' };
  return { target: checks.map(targetText).join(', '), met: checks.every(isMet) ? 'yes' : 'NO' };
}

/** One line for each check that was missed. */
export function missedOf(checks: readonly Check[]): string[] {
  return checks
    .filter((check) => !isMet(check))
    .map(
      ({ of, what, measured, atMost, unit }) =>
        `${of}: ${what} ${figure(measured, unit)}, at most ${figure(atMost, unit)}`,
    );
}

function targetText({ what, atMost, unit }: Check): string {
  return `${what} <= ${figure(atMost, unit)}`;
}

/** `12.3 s`, `$0.0030`. */
export function figure(value: number, unit: string): string {
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 4 : 1;
  const text = value.toFixed(digits);
  return unit === '$' ? `$${text}` : [text, unit].filter((part) => part !== '').join(' ');
}
