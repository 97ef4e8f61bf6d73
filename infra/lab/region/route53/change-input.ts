import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { NamedError } from '../../../../functions/shared/named-error';
import * as errors from './errors';
import { normalizeName } from './names';
import type { RecordSet } from './record-store';

const longestTtl = 2_147_483_647;

export type Action = 'CREATE' | 'DELETE' | 'UPSERT';

/** One change of a batch, its record normalized. */
export interface Step {
  readonly action: Action;
  readonly record: RecordSet;
}

/** @throws ServiceError `InvalidInput`: a field is missing; the zone does not matter. */
export function parseChange({ Action, ResourceRecordSet: set }: Change): Step {
  if (set === undefined || Action === undefined) throw errors.invalidInput('Invalid request: Missing field in Change');
  const { Name = '', Type = '' } = set;
  const where = `Change with [Action=${Action}, Name=${Name}, Type=${Type}, SetIdentifier=null]`;
  return { action: Action, record: parseRecord(set, where) };
}

function parseRecord(set: ResourceRecordSet, where: string): RecordSet {
  refuseUnknown(set);
  const { Name, Type, TTL, ResourceRecords } = set;
  if (Name === undefined || Type === undefined) {
    throw errors.invalidInput(`Invalid request: Missing field 'Name' or 'Type' in ${where}`);
  }
  if (ResourceRecords === undefined || ResourceRecords.length === 0 || TTL === undefined) {
    const expected = 'AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId';
    throw errors.invalidInput(`Invalid request: Expected exactly one of [${expected}], but found none in ${where}`);
  }
  if (!Number.isInteger(TTL) || TTL < 0 || TTL > longestTtl) {
    throw errors.invalidInput(`Invalid request: Invalid TTL '${TTL}' in ${where}`);
  }
  return { name: normalizeName(Name), type: Type, ttl: TTL, values: ResourceRecords.map(({ Value }) => Value ?? '') };
}

/** Routing policies, aliases and health checks are not modelled: better refused than ignored. */
function refuseUnknown(set: ResourceRecordSet): void {
  const known = ['Name', 'Type', 'TTL', 'ResourceRecords'];
  const field = Object.entries(set).find(([name, value]) => value !== undefined && !known.includes(name))?.[0];
  if (field === undefined) return;
  const text = `the lab's Route 53 does not know the record field "${field}"`;
  throw new NamedError('FieldUnsupported', text, { fault: 'bug' });
}
