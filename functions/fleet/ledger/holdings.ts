import { readRecord } from '../../shared/schema';
import * as z from '../../shared/schema';
import { noGroup, type Observation, type Observations } from './records';

const key = 'holdings';
// Longer than a group stays behind unnoticed; while there is a reconciler it is written again long before.
const keptDays = 400;
const renewedAfterMs = 30 * 86_400_000;

/** How many numbers each group's instances hold, by the group: those that are managed, and those that were. */
export type Holdings = Readonly<Record<string, number>>;

const schema = z.record(z.string(), z.number());

export interface KeptHoldings {
  readonly record: Observation | undefined;
  readonly holdings: Holdings;
}

/** What is on record of all groups, those among them that are no longer managed. */
export async function readHoldings(ledger: Pick<Observations, 'observation'>): Promise<KeptHoldings> {
  const record = await ledger.observation(noGroup, key);
  return { record, holdings: record === undefined ? {} : readRecord(schema, record.value, `the observation '${key}'`) };
}

/** Writes it down if it is another than before, or has not been written for a month. */
export async function saveHoldings(
  ledger: Pick<Observations, 'saveObservation'>,
  { record }: KeptHoldings,
  holdings: Holdings,
  now: Date,
): Promise<void> {
  const value = JSON.stringify(holdings);
  const isOld = record !== undefined && now.getTime() - Date.parse(record.at) >= renewedAfterMs;
  if (value === (record?.value ?? '{}') && !isOld) return;
  const revision = (record?.revision ?? 0) + 1;
  await ledger.saveObservation({ group: noGroup, key, revision, at: now.toISOString(), value }, keptDays);
}
