import type { Observation } from '../../shared/incidents/book';
import type { LogSource } from './logs/source';
import { rules } from './rules/findings';

/** When the connection log of each cluster came, ms, the newest last. */
export type Clusters = Readonly<Record<string, readonly number[]>>;

const remembered = 25;
const shortest = 3 * 3_600_000;

/** Only the connection log is written always: the others are empty where nothing happens. */
export function heardFrom(clusters: Clusters, { cluster, type }: LogSource, at: number): Clusters {
  if (type !== 'connectionlog') return clusters;
  return { ...clusters, [cluster]: [...(clusters[cluster] ?? []), at].slice(-remembered) };
}

export const silenceKey = (cluster: string) => `LOG-SILENCE|${cluster}|connectionlog`;

/** Which clusters have been silent for three of their usual intervals, three hours at least; and which write. */
export function silences(clusters: Clusters, at: number): { silent: Observation[]; heard: string[] } {
  const silent: Observation[] = [];
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

function silence(cluster: string, last: number, usual: number, at: number): Observation {
  return {
    ...rules['LOG-SILENCE'],
    key: silenceKey(cluster),
    title: `No audit log of ${cluster} any more`,
    facts: [
      ['rule', 'LOG-SILENCE'],
      ['cluster', cluster],
      ['last connection log', new Date(last).toISOString()],
      ['usual interval', `${Math.round(usual / 60_000)} min`],
    ],
    count: 1,
    firstAt: last,
    lastAt: at,
  };
}
