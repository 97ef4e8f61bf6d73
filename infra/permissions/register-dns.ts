import { describeInstances } from './describe';
import { useLedger } from './ledger';
import { distinct, groupedBy } from './names';
import { forEach, type Conditions, type Permission } from './permission';
import { forwardNames, reverseNames } from './record-names';
import type { GroupScope, PermissionScope, ZoneScope } from './scope';
import { readSettings } from './settings';

/** Writes the records of the instance's name, and of its address in the reverse zone. */
export function registerDns(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
    describeInstances,
    ...forEach([allZones(scope)], (zones) => readRecords(scope, zones)),
    ...forEach(byZone(inDns(scope)), (groups) => changeForward(scope, groups)),
    ...forEach(byZone(reverseZones(scope)), ([{ zone }]) => changeReverse(scope, zone)),
  ];
}

interface InZone<Zone extends ZoneScope> {
  readonly group: GroupScope;
  readonly zone: Zone;
}
type NotEmpty<Item> = [Item, ...Item[]];

function inDns({ groups }: PermissionScope): InZone<ZoneScope>[] {
  return groups.flatMap((group) => (group.zone === undefined ? [] : [{ group, zone: group.zone }]));
}

function reverseZones({ groups }: PermissionScope): InZone<ZoneScope>[] {
  return groups.flatMap((group) => (group.reverseZone === undefined ? [] : [{ group, zone: group.reverseZone }]));
}

function allZones(scope: PermissionScope): ZoneScope[] {
  return [...inDns(scope), ...reverseZones(scope)].map(({ zone }) => zone);
}

/** What shares a zone shares a statement. */
function byZone<Item extends InZone<ZoneScope>>(items: readonly Item[]): NotEmpty<Item>[] {
  const groups = groupedBy(items, ({ zone }) => JSON.stringify([zone.zoneId, zone.zoneName]));
  return groups as NotEmpty<Item>[];
}

function readRecords(scope: PermissionScope, zones: readonly ZoneScope[]): Permission {
  return {
    sid: 'ReadRecords',
    actions: ['route53:ListResourceRecordSets'],
    resources: distinct(zones.map((zone) => zoneArn(scope, zone))),
    narrowedTo: 'the zones of managed groups',
  };
}

function changeForward(scope: PermissionScope, groups: NotEmpty<InZone<ZoneScope>>): Permission {
  const { zone } = groups[0];
  const names = distinct(groups.flatMap(({ group }) => forwardNames(group, zone.zoneName)));
  return {
    sid: 'ChangeForwardRecords',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [zoneArn(scope, zone)],
    // AAAA also without `dns.ipv6`: it can have been on when a dead instance got the name.
    conditions: onlyRecords(names, ['A', 'AAAA', 'TXT']),
    narrowedTo: 'the zone; names that the name patterns of its groups can give; types A, AAAA, TXT; CREATE and DELETE',
  };
}

function changeReverse(scope: PermissionScope, zone: ZoneScope): Permission {
  return {
    sid: 'ChangeReverseRecords',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [zoneArn(scope, zone)],
    conditions: onlyRecords(reverseNames(zone.zoneName), ['PTR', 'TXT']),
    narrowedTo: 'the reverse zone; names below it; types PTR, TXT; CREATE and DELETE',
  };
}

/** Every change of a batch must fit. UPSERT is left out: it would overwrite what belongs to somebody else. */
function onlyRecords(names: readonly string[], types: readonly string[]): Conditions {
  const [name, type, action] = ['NormalizedRecordNames', 'RecordTypes', 'Actions'].map(
    (key) => `route53:ChangeResourceRecordSets${key}`,
  ) as [string, string, string];
  return {
    'ForAllValues:StringLike': { [name]: names },
    'ForAllValues:StringEquals': { [type]: types, [action]: ['CREATE', 'DELETE'] },
    // Where a key is missing, "all of its values fit" is true.
    Null: { [name]: 'false', [type]: 'false', [action]: 'false' },
  };
}

// Some APIs return the id with its path in front.
function zoneArn({ partition }: PermissionScope, { zoneId }: ZoneScope): string {
  return `arn:${partition}:route53:::hostedzone/${zoneId.replace(/^\/hostedzone\//, '')}`;
}
