import type { IncidentObservation } from '../../shared/incidents/book';
import { valueLike, type Document } from '../../shared/incidents/store';
import { momentText } from '../../shared/notify/moment-text';
import { clusterKey, type LogSource } from './logs/source';
import { rules } from './rules/findings';

/**
 * When the connection log of each cluster came, ms, the newest last. The key begins with the cluster's name; behind it
 * stand region and account, for two can have the same name.
 */
export type Clusters = Readonly<Record<string, readonly number[]>>;

/** As they are kept; none, where there is no document yet. @throws DocumentUnreadable */
export function clustersIn(found: Document | undefined): Clusters {
  const clusters = valueLike<Clusters>('clusters', found, {}) ?? {};
  // Again, with each that stands there as an example of what it must be.
  const lists = Object.fromEntries(Object.keys(clusters).map((key) => [key, []]));
  return valueLike<Clusters>('clusters', found, lists) ?? {};
}

const remembered = 25;
const hour = 3_600_000;
const shortest = 3 * hour;
const longest = 30 * 24 * hour;
/** A log of before says nothing of whether logs come: it is of a backfill. */
const recent = 2 * 24 * hour;

/** Only the connection log is written always: the others are empty where nothing happens. */
export function heardFrom(clusters: Clusters, { type, from, ...source }: LogSource, at: number): Clusters {
  if (type !== 'connectionlog' || (from !== undefined && at - from > recent)) return clusters;
  const key = clusterKey(source);
  const rest = Object.entries(clusters).filter(([other]) => other !== source.cluster || other === key);
  return { ...Object.fromEntries(rest), [key]: [...(clusters[key] ?? []), at].slice(-remembered) };
}

/** Those that are known to write logs and have not yet are waited for from now on. The same object if there are none. */
export function awaited(clusters: Clusters, known: readonly string[], at: number): Clusters {
  const missing = known.filter((name) => !Object.keys(clusters).some((key) => nameOf(key) === name));
  return missing.length === 0
    ? clusters
    : { ...clusters, ...Object.fromEntries(missing.map((name) => [name, [at]] as const)) };
}

/** Without those that have been silent for a month, unless they are known to write. The same object if there are none. */
export function forgotten(clusters: Clusters, known: readonly string[], at: number): Clusters {
  const kept = Object.entries(clusters).filter(
    ([key, times]) => known.includes(nameOf(key)) || at - (times.at(-1) ?? at) <= longest,
  );
  return kept.length === Object.keys(clusters).length ? clusters : Object.fromEntries(kept);
}

const nameOf = (key: string) => key.split(' ')[0] ?? '';

export const silenceKey = (cluster: string) => `LOG-SILENCE|${cluster}|connectionlog`;

/** Which clusters have been silent for three of their usual intervals, three hours at least; and which write. */
export function silences(clusters: Clusters, at: number): { silent: IncidentObservation[]; heard: string[] } {
  const silent: IncidentObservation[] = [];
  const heard: string[] = [];
  for (const [cluster, times] of Object.entries(clusters)) {
    const last = times.at(-1) ?? at;
    const gaps = times
      .slice(1)
      .map((time, index) => time - (times[index] ?? time))
      .sort((a, b) => a - b);
    const usual = gaps[Math.floor(gaps.length / 2)] ?? 0;
    if (at - last <= Math.max(shortest, 3 * usual)) heard.push(cluster);
    else silent.push(silence(cluster, last, usual, at));
  }
  return { silent, heard };
}

function silence(key: string, last: number, usual: number, at: number): IncidentObservation {
  const [cluster = '', ...place] = key.split(' ');
  // Of a cluster that is only waited for, nothing but the name is known.
  const hasWritten = place.length > 0;
  return {
    ...rules['LOG-SILENCE'],
    key: silenceKey(key),
    where: cluster,
    title: hasWritten ? `No more audit logs of ${cluster}` : `No audit logs of ${cluster} yet`,
    facts: [
      ['rule', 'LOG-SILENCE'],
      ['cluster', cluster],
      ...(place.length === 0 ? [] : ([['region, account', place.join(' ')]] as const)),
      [hasWritten ? 'last connection log' : 'expected since', momentText(last)],
      ['usual interval', usual === 0 ? 'not known yet' : `${Math.round(usual / 60_000)} min`],
    ],
    count: 1,
    firstAt: last,
    lastAt: at,
  };
}
