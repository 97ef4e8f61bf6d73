import { distinct, groupedBy } from './names';
import { forEach, type Conditions, type Permission } from '../../../permissions/permission';
import { forwardNames, reverseNames } from './record-names';
import type { GroupScope, PermissionScope, ZoneScope } from './scope';

/** Reads the records of our zones. */
export function readRecords(scope: PermissionScope): Permission[] {
  return readZones(scope, allZones(scope), 'the zones of managed groups');
}

/** Reads them, and those of zones that were ours. */
export function readRecordsOnceOurs(scope: PermissionScope): Permission[] {
  const zones = [...allZones(scope), ...formerZones(scope)];
  return readZones(scope, zones, 'the zones of managed groups, and `formerly.zones`');
}

function readZones(scope: PermissionScope, zones: readonly ZoneId[], narrowedTo: string): Permission[] {
  return forEach([zones], () => ({
    sid: 'ReadRecords',
    actions: ['route53:ListResourceRecordSets'],
    resources: zoneArns(scope, zones),
    narrowedTo,
  }));
}

type ChangeAction = 'CREATE' | 'DELETE';

/** Changes the records of our names, and of our addresses in reverse zones, with these actions and no others. */
export function createAndDeleteRecords(
  scope: PermissionScope,
  actions: readonly ChangeAction[],
  namesOf: typeof forwardNames = forwardNames,
): Permission[] {
  return [
    ...forEach(byZone(inDns(scope)), (groups) => {
      const { zone } = groups[0];
      const names = distinct(groups.flatMap(({ group }) => namesOf(group, zone.zoneName)));
      return changeForward(scope, zone, names, actions);
    }),
    ...forEach(byZone(reverseZones(scope)), ([{ zone }]) => changeReverse(scope, zone, actions)),
  ];
}

/**
 * Removes the records of members, which may differ from what the current settings would give: a name can follow an earlier
 * pattern, in a zone that no group uses any more. So the permission is limited to zones, types and actions, not to names.
 * The code removes only records with the member's own mark, or on record as written for it, by their exact values. CREATE
 * is in the same batch, for values that others have added to a record, and IAM must allow a batch as a whole.
 */
export function removeRecords(scope: PermissionScope): Permission[] {
  const former = formerZones(scope);
  return [
    ...inZones(scope, inDns(scope), {
      sid: 'RemoveForwardRecords',
      types: ['A', 'AAAA', 'TXT'],
      which: 'the zones of managed groups',
    }),
    ...inZones(scope, reverseZones(scope), {
      sid: 'RemoveReverseRecords',
      types: ['PTR', 'TXT'],
      which: 'their reverse zones',
    }),
    ...inZones(
      scope,
      former.map((zone) => ({ zone })),
      { sid: 'RemoveFormerRecords', types: ['A', 'AAAA', 'PTR', 'TXT'], which: '`formerly.zones`' },
    ),
  ];
}

function inZones(
  scope: PermissionScope,
  items: readonly { readonly zone: ZoneId }[],
  { sid, types, which }: { readonly sid: string; readonly types: readonly string[]; readonly which: string },
): Permission[] {
  return forEach([items], () => ({
    sid,
    actions: ['route53:ChangeResourceRecordSets'],
    resources: zoneArns(
      scope,
      items.map(({ zone }) => zone),
    ),
    conditions: onlyTypes(types, removing),
    narrowedTo: `${which}; types ${types.join(', ')}; ${removing.join(' and ')}`,
  }));
}

const removing = ['CREATE', 'DELETE'] as const;

type ZoneId = Pick<ZoneScope, 'zoneId'>;

function formerZones({ formerly }: PermissionScope): ZoneId[] {
  return (formerly?.zones ?? []).map((zoneId) => ({ zoneId }));
}

interface InZone {
  readonly group: GroupScope;
  readonly zone: ZoneScope;
}
type NonEmpty<Item> = [Item, ...Item[]];

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
function byZone(items: readonly InZone[]): NonEmpty<InZone>[] {
  const groups = groupedBy(items, ({ zone }) => JSON.stringify([zone.zoneId, zone.zoneName]));
  return groups as NonEmpty<InZone>[];
}

function changeForward(
  scope: PermissionScope,
  zone: ZoneScope,
  names: readonly string[],
  actions: readonly ChangeAction[],
): Permission {
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

/** Every change of a batch must fit. UPSERT is never among the actions: it would overwrite the records of others. */
function onlyRecords(names: readonly string[], types: readonly string[], actions: readonly ChangeAction[]): Conditions {
  const { Null, ...narrowed } = onlyTypes(types, actions);
  const name = changeKey('NormalizedRecordNames');
  return { 'ForAllValues:StringLike': { [name]: names }, ...narrowed, Null: { [name]: 'false', ...Null } };
}

function onlyTypes(types: readonly string[], actions: readonly ChangeAction[]) {
  const [type, action] = [changeKey('RecordTypes'), changeKey('Actions')];
  return {
    'ForAllValues:StringEquals': { [type]: types, [action]: actions },
    // Where a key is missing, "all of its values fit" is true.
    Null: { [type]: 'false', [action]: 'false' },
  };
}

function changeKey(key: string): string {
  return `route53:ChangeResourceRecordSets${key}`;
}

function zoneArns(scope: PermissionScope, zones: readonly ZoneId[]): string[] {
  return distinct(zones.map((zone) => zoneArn(scope, zone)));
}

// Some APIs return the id with its path in front.
function zoneArn({ partition }: PermissionScope, { zoneId }: ZoneId): string {
  return `arn:${partition}:route53:::hostedzone/${zoneId.replace(/^\/hostedzone\//, '')}`;
}
