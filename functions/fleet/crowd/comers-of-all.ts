import * as z from '../../shared/schema';
import { noGroup } from '../ledger/holdings';
import { next, store, type TogetherDeps } from './turns';

const key = 'comers of all groups';
// As long as launches that begin together go on asking AWS: builds aside, that is until DNS and targets are done.
const countedMs = 150_000;
// While a crowd comes, its group is counted anew this often at most: else a thousand would write into one item.
const renewedMs = 15_000;
const tries = 6;

const schema = z.record(z.string(), z.object({ count: z.number(), at: z.number() }));
type Counts = z.output<typeof schema>;

/**
 * How many instances of all groups of the deployment are on their way into service: AWS's limits are the account's, and
 * four groups of 25 weigh as much as one of a hundred. Each launch adds what it saw of its own group to what the others
 * left on record in the last minutes.
 *
 * It saves calls and decides nothing: without the others' counts, or where they cannot be read, it is the group's own.
 *
 * @param own how many of `group`.
 */
export async function countComers(deps: TogetherDeps, group: string, own: number): Promise<number> {
  let total = own;
  for (let tried = 0; tried < tries; tried += 1) {
    const now = deps.clock.now().getTime();
    const record = await deps.ledger.observation(noGroup, key);
    const counts = valid(parse(record?.value), now);
    const known = counts[group];
    const count = Math.max(own, known?.count ?? 0);
    total = sum({ ...counts, [group]: { count, at: now } });
    if (known !== undefined && known.count >= own && now - known.at < renewedMs) return total;
    const value = JSON.stringify({ ...counts, [group]: { count: own, at: now } } satisfies Counts);
    const at = new Date(now).toISOString();
    if (await store(deps.ledger, { group: noGroup, key, revision: next(record), at, value })) return total;
  }
  return total;
}

/** What another version has written there says nothing to this one. */
function parse(value = '{}'): Counts {
  const { data = {} } = schema.safeParse(JSON.parse(value));
  return data;
}

function valid(counts: Counts, now: number): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, { at }]) => now - at < countedMs));
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, { count }) => total + count, 0);
}
