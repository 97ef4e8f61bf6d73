/** The partition of what is about no group alone: a group's name has one character or more. */
export const noGroup = '';

/**
 * What one step has seen, or does, for all of its group that would do the same: so a thousand who wait ask once, and
 * not a thousand times. It saves calls, and decides nothing: whoever finds none, an old one or a wrong one asks itself.
 */
export interface Observations {
  /** The observation under `key`, or `undefined` if there is none (any more): it is kept for a day at least. */
  observation(group: string, key: string): Promise<Observation | undefined>;

  /**
   * Stores it whole, on the condition that the stored one has `revision - 1` (none: 0). So of two that would take the
   * same upon them, one does.
   *
   * @param keptDays how long it is kept at least. Default: a day.
   * @throws LedgerError `Outdated`: somebody else stored a newer one; nothing was changed.
   */
  saveObservation(observation: Observation, keptDays?: number): Promise<void>;
}

export interface Observation {
  readonly group: string;
  /** What it is about: `change /change/C0123`. */
  readonly key: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** No later than when it was seen (ISO 8601). */
  readonly at: string;
  /** What was seen, in words of whoever looked; at most 350 KB, since DynamoDB takes items of up to 400 KB. */
  readonly value: string;
}
