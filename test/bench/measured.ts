/** What one bench has found. */
export interface Measured {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** How it was measured, and what it is held against. */
  readonly notes: readonly string[];
  readonly withinBudget: boolean;
}
