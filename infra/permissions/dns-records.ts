import { distinct, groupedBy } from './names';
import { forEach, type Conditions, type Permission } from './permission';
import { forwardNames, reverseNames } from './record-names';
import type { GroupScope, PermissionScope, ZoneScope } from './scope';

/** Reads the records of our zones. */
export function readRecords(scope: PermissionScope): Permission[] {
  return forEach([allZones(scope)], (zones) => ({
    sid: 'ReadRecords',
    actions: ['route53:ListResourceRecordSets'],
    resources: distinct(zones.map((zone) => zoneArn(scope, zone))),
    narrowedTo: 'the zones of managed groups',
  }));
}

type ChangeAction = 'CREATE' | 'DELETE';

/** Changes the records of our names, and of our addresses in reverse zones, with these actions and no others. */
export function changeRecords(scope: PermissionScope, actions: readonly ChangeAction[]): Permission[] {
  return [
    ...forEach(byZone(inDns(scope)), (groups) => changeForward(scope, groups, actions)),
    ...forEach(byZone(reverseZones(scope)), ([{ zone }]) => changeReverse(scope, zone, actions)),
  ];
}

interface InZone {
  readonly group: GroupScope;
  readonly zone: ZoneScope;
}
type NotEmpty<Item> = [Item, ...Item[]];

function inDns({ groups }: PermissionScope): InZone[] {
  return groups.flatMap((group) => (group.zone === undefined ? [] : [{ group, zone: group.zone }]));
}

function reverseZones({ groups }: PermissionScope): InZone[] {
  return groups.flatMap((group) => (group.reverseZone === undefined ? [] : [{ group, zone: group.reverseZone }]));
}

function allZones(scope: PermissionScope): ZoneScope[] {
  return [...inDns(scope), ...reverseZones(scope)].map(({ zone }) => zone);
}

/** What shares a zone shares a statement. */
function byZone(items: readonly InZone[]): NotEmpty<InZone>[] {
  const groups = groupedBy(items, ({ zone }) => JSON.stringify([zone.zoneId, zone.zoneName]));
  return groups as NotEmpty<InZone>[];
}

function changeForward(scope: PermissionScope, groups: NotEmpty<InZone>, actions: readonly ChangeAction[]): Permission {
  const { zone } = groups[0];
  const names = distinct(groups.flatMap(({ group }) => forwardNames(group, zone.zoneName)));
  return {
    sid: 'ChangeForwardRecords',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [zoneArn(scope, zone)],
    // AAAA also without `dns.ipv6`: it can have been on when an instance that is dead by now got the name.
    conditions: onlyRecords(names, ['A', 'AAAA', 'TXT'], actions),
    narrowedTo: `the zone; names that the name patterns of its groups can give; types A, AAAA, TXT; ${actions.join(' and ')}`,
  };
}

function changeReverse(scope: PermissionScope, zone: ZoneScope, actions: readonly ChangeAction[]): Permission {
  return {
    sid: 'ChangeReverseRecords',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [zoneArn(scope, zone)],
    conditions: onlyRecords(reverseNames(zone.zoneName), ['PTR', 'TXT'], actions),
    narrowedTo: `the reverse zone; names below it; types PTR, TXT; ${actions.join(' and ')}`,
  };
}

/** Every change of a batch must fit. UPSERT is never among the actions: it would overwrite what is somebody else's. */
function onlyRecords(names: readonly string[], types: readonly string[], actions: readonly ChangeAction[]): Conditions {
  const [name, type, action] = ['NormalizedRecordNames', 'RecordTypes', 'Actions'].map(
    (key) => `route53:ChangeResourceRecordSets${key}`,
  ) as [string, string, string];
  return {
    'ForAllValues:StringLike': { [name]: names },
    'ForAllValues:StringEquals': { [type]: types, [action]: actions },
    // Where a key is missing, "all of its values fit" is true.
    Null: { [name]: 'false', [type]: 'false', [action]: 'false' },
  };
}

// Some APIs return the id with its path in front.
function zoneArn({ partition }: PermissionScope, { zoneId }: ZoneScope): string {
  return `arn:${partition}:route53:::hostedzone/${zoneId.replace(/^\/hostedzone\//, '')}`;
}
