import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import * as z from '../../functions/shared/schema';

const fieldsSchema = z.record(z.string(), z.unknown());
const partitionSchema = z.looseObject({
  id: z.string(),
  /** What endpoints are made of: `{ dnsSuffix: 'amazonaws.com' }`. */
  outputs: fieldsSchema,
  regionRegex: z.string(),
  regions: z.record(z.string(), fieldsSchema),
});
const partitionsSchema = z.looseObject({ partitions: z.array(partitionSchema) });

/** AWS's partitions (`aws`, `aws-cn` …) as the SDK lists them. */
export type Partition = z.output<typeof partitionSchema>;

/**
 * Takes out of the SDK's list of regions those that it finds by their partition's pattern as well, and what the others
 * are called in English, which no endpoint is made of: −3 KB of every function.
 */
export function leanPartitions(): Plugin {
  return {
    name: 'lean-partitions',
    setup(build) {
      const filter = /[\\/]@aws-sdk[\\/]core[\\/]dist-es[\\/].*[\\/]aws[\\/]partitions\.js$/;
      build.onLoad({ filter }, async ({ path }) => ({
        contents: withoutFoundByPattern(await readFile(path, 'utf8')),
        loader: 'js',
      }));
    },
  };
}

/** Where a later SDK writes the list otherwise it stays as it is, and the test says so. */
function withoutFoundByPattern(source: string): string {
  return source.replace(/(?<=^export const partitionsInfo = )\{[^]*\}(?=;\s*$)/, (json) => {
    const { partitions, ...rest } = z.readRecord(partitionsSchema, json, 'the list of partitions in @aws-sdk/core');
    const lean = partitions.map((partition) => ({ ...partition, regions: onlyListed(partition, partitions) }));
    return JSON.stringify({ ...rest, partitions: lean });
  });
}

/** The regions of a partition that its pattern, or that of another one before it, would not lead to it. */
function onlyListed(partition: Partition, all: readonly Partition[]): Partition['regions'] {
  const byPattern = (region: string) => all.find(({ regionRegex }) => new RegExp(regionRegex).test(region));
  const listed = Object.entries(partition.regions).filter(([region]) => byPattern(region) !== partition);
  return Object.fromEntries(listed.map(([region, data]) => [region, withoutDescription(data)]));
}

function withoutDescription(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'description'));
}
