import type { Change } from '@aws-sdk/client-route-53';
import { parseChange, type Action, type Step } from './change-input';
import { recordProblems, sizeProblems, zoneProblems } from './change-rules';
import { Draft } from './draft';
import { recordKey, type RecordSet } from './record-store';
import type { Zone } from './zone';

export type BatchDecision = { readonly refused: readonly string[] } | { readonly draft: Draft };

/** Decides a batch as a whole: what the zone would become, or every reason against it. Changes nothing. */
export function decideBatch(zone: Zone, changes: readonly Change[]): BatchDecision {
  const steps = changes.map(parseChange);
  const draft = new Draft(zone.records);
  const early = [...sizeProblems(steps), ...steps.flatMap((step) => recordProblems(zone, step.record))];
  const refused = early.length > 0 ? early : take(draft, steps);
  if (refused.length === 0) refused.push(...zoneProblems(zone, draft, steps));
  return refused.length > 0 ? { refused } : { draft };
}

/** Takes the steps into the draft, one after the other. */
function take(draft: Draft, steps: readonly Step[]): string[] {
  const seen = new Map<string, Action>();
  const problems: string[] = [];
  for (const { action, record } of steps) {
    const key = recordKey(record.name, record.type);
    const current = draft.get(record.name, record.type);
    const problem = orderProblem(seen.get(key), action, record) ?? stepProblem(current, action, record);
    seen.set(key, action);
    if (problem !== undefined) problems.push(problem);
    else if (action === 'DELETE') draft.delete(record);
    else draft.put(record);
  }
  return problems;
}

/** Of one record set a batch may delete and then create it (that is how it is replaced), and nothing else twice. */
function orderProblem(before: Action | undefined, action: Action, record: RecordSet): string | undefined {
  if (before === undefined || (before === 'DELETE' && action === 'CREATE')) return undefined;
  return `The request contains an invalid set of changes for a resource record set '${record.type} ${record.name}'`;
}

function stepProblem(current: RecordSet | undefined, action: Action, wanted: RecordSet): string | undefined {
  const set = `resource record set [name='${wanted.name}', type='${wanted.type}']`;
  if (action !== 'DELETE' && current?.setIdentifier !== undefined) return mixed(wanted);
  if (action === 'CREATE' && current !== undefined) return `Tried to create ${set} but it already exists`;
  if (action !== 'DELETE') return undefined;
  if (current === undefined) return `Tried to delete ${set} but it was not found`;
  const isSimple = current.setIdentifier === undefined && current.aliasOf === undefined;
  if (isSimple && isSame(current, wanted)) return undefined;
  return `Tried to delete ${set} but the values provided do not match the current values`;
}

function mixed({ name, type }: RecordSet): string {
  return `RRSet with DNS name ${name}, type ${type} cannot be created as other RRSets exist with the same name and type.`;
}

/** Values are a set: their order does not matter; the TTL does. */
function isSame(left: RecordSet, right: RecordSet): boolean {
  return left.ttl === right.ttl && [...left.values].sort().join('\n') === [...right.values].sort().join('\n');
}
