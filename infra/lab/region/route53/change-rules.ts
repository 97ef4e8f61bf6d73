import type { Step } from './change-input';
import type { Draft } from './draft';
import { isInZone, nameProblem } from './names';
import type { RecordSet } from './record-store';
import { valueProblem } from './record-values';
import type { Zone } from './zone';

/** What is wrong with a record by itself, without regard to the zone. */
export function recordProblems(zone: Zone, record: RecordSet): string[] {
  const badName = nameProblem(record.name);
  if (badName !== undefined) return [badName];
  if (!isInZone(record.name, zone.name)) {
    return [`RRSet with DNS name ${record.name} is not permitted in zone ${zone.name}`];
  }
  const doubled = new Set(record.values).size < record.values.length;
  if (doubled) return [`Duplicate Resource Record: '${record.values.join(', ')}'`];
  return record.values
    .map((value) => valueProblem(record.type, value))
    .filter((problem) => problem !== undefined)
    .map((problem) => `Invalid Resource Record: '${problem}'`);
}

/** 1,000 values and 32,000 characters a request; what an UPSERT brings counts twice. */
export function sizeProblems(steps: readonly Step[]): string[] {
  let values = 0;
  let characters = 0;
  for (const { action, record } of steps) {
    const weight = action === 'UPSERT' ? 2 : 1;
    values += weight * record.values.length;
    characters += weight * record.values.join('').length;
  }
  return [
    ...(values > 1000 ? ['Number of records limit of 1000 exceeded.'] : []),
    ...(characters > 32_000 ? ['RDATA character limit of 32000 exceeded.'] : []),
  ];
}

/** What would be wrong with the zone if the batch were applied. */
export function zoneProblems(zone: Zone, draft: Draft, steps: readonly Step[]): string[] {
  const problems = steps.flatMap(({ action, record }) => (action === 'DELETE' ? [] : conflicts(zone, draft, record)));
  for (const type of ['SOA', 'NS']) {
    if (draft.get(zone.name, type) !== undefined) continue;
    problems.push(`A HostedZone must contain at least one ${type} record for the zone itself.`);
  }
  if (draft.size > zone.recordLimit) {
    problems.push(`The hosted zone has reached its limit of ${zone.recordLimit} resource record sets`);
  }
  return problems;
}

const otherTypes = ['A', 'AAAA', 'TXT', 'PTR', 'SRV', 'MX', 'NS', 'CAA', 'SPF'];

/** A name that is an alias (CNAME) can have no other record. */
function conflicts(zone: Zone, draft: Draft, { name, type }: RecordSet): string[] {
  const set = `RRSet of type ${type} with DNS name ${name} is not permitted`;
  if (type !== 'CNAME') {
    if (draft.get(name, 'CNAME') === undefined) return [];
    // The two spaces are Route 53's.
    const other = 'a conflicting RRSet of type  CNAME with the same DNS name already exists';
    return [`${set} because ${other} in zone ${zone.name}`];
  }
  if (name === zone.name) return [`${set} at apex in zone ${zone.name}`];
  if (!otherTypes.some((other) => draft.get(name, other) !== undefined)) return [];
  return [`${set} as it conflicts with other records with the same DNS name in zone ${zone.name}`];
}
