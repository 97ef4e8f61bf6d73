import type { Change } from '@aws-sdk/client-route-53';

const prefix = 'route53:ChangeResourceRecordSets';

/** The condition keys of ChangeResourceRecordSets; each value once, as Route 53 normalizes it. */
export function changeContext(changes: readonly Change[]): Record<string, string[]> {
  const each = (value: (change: Change) => string) => [...new Set(changes.map(value))];
  return {
    [`${prefix}NormalizedRecordNames`]: each(({ ResourceRecordSet }) => normalize(ResourceRecordSet?.Name ?? '')),
    [`${prefix}RecordTypes`]: each(({ ResourceRecordSet }) => ResourceRecordSet?.Type ?? ''),
    [`${prefix}Actions`]: each(({ Action }) => Action ?? ''),
  };
}

/** Lower case, no dot at the end, everything but letters, digits, - _ and . in octal. */
function normalize(name: string): string {
  const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[^\w.-]/g, octal);
}
