import * as z from 'zod';
import { jenkinsUrlsOf, largestJenkinsUrls } from '../../../../functions/fleet/contracts/jenkins-urls';
import {
  checkGroupSettings,
  jobNames,
  largestIndex,
  parseGroupSettings,
} from '../../../../functions/fleet/contracts/settings';
import { mistake, valueAt, type Mistake } from '../../../../functions/shared/schema';
import { placeholders, fillTemplate } from '../../../../functions/shared/names-and-urls';
import { shapesVersion } from '../../../../functions/fleet/contracts/stored-settings';
import type { Common } from '../../system';
import { largestParts, largestStored, longestTargetGroup, storedBytes } from './stored-settings';

type RawSection = Readonly<Record<string, unknown>>;
type Place = Pick<Common, 'account' | 'region'>;
const object = z.record(z.string(), z.unknown()).catch({});
const list = z.array(z.unknown()).catch([]);
const text = z.string().optional().catch(undefined);

interface Group {
  readonly path: readonly (string | number)[];
  readonly given: RawSection;
  readonly name: string | undefined;
}

/**
 * Contradictions between settings that may each be valid by themselves. Each rule reads only the settings that it is
 * about, as they were written, so that a mistake elsewhere does not hide a contradiction.
 *
 * @param given the section `fleet`.
 * @param place where the stack goes; empty where that has mistakes of its own.
 */
export function contradictions(given: RawSection, place: Place): Mistake[] {
  const groups: Group[] = list
    .parse(given.groups)
    .map((group, place) => ({ path: ['groups', place], given: object.parse(group) }))
    .concat(
      given.demonstration === undefined
        ? []
        : [{ path: ['demonstration'] as never, given: object.parse(given.demonstration) }],
    )
    .map((group) => ({ ...group, name: text.parse(group.given.group) }));
  return [
    ...sameGroupTwice(given, groups),
    ...sameNamesInOneZone(given, groups),
    ...zoneByTwoNames(given, groups),
    ...groups.flatMap((group) => [
      ...oneHookForBoth(given, group),
      ...nameWithoutDns(given, group),
      ...targetGroupsElsewhere(given, place, group),
      ...secretElsewhere(given, place, group),
      ...tooLong(given, group),
    ]),
    ...allElsewhere(given, place, ['formerly', 'targetGroups']),
    ...tooManySecrets(groups),
    ...networkMistakes(given),
  ];
}

/** Where each secret may be used has to fit into the environment of the functions. */
function tooManySecrets(groups: readonly Group[]): Mistake[] {
  const found = groups.flatMap(({ given: { jenkins } }) => {
    const { url, credentialsSecret } = object.parse(jenkins);
    return typeof url === 'string' && typeof credentialsSecret === 'string'
      ? [{ jenkins: { url, credentialsSecret } }]
      : [];
  });
  const size = Buffer.byteLength(JSON.stringify(jenkinsUrlsOf(found)));
  if (size <= largestJenkinsUrls) return [];
  const allowed = `secrets and URLs of Jenkins of at most ${largestJenkinsUrls} bytes altogether, each counted once; these are ${size}. Let groups share a secret, or make another stack`;
  return [{ path: 'groups', value: `${groups.length} groups`, allowed }];
}

function sameGroupTwice(given: RawSection, groups: readonly Group[]): Mistake[] {
  return groups
    .filter(({ name }, place) => name !== undefined && groups.findIndex((other) => other.name === name) < place)
    .map(({ path }) => mistake([...path, 'group'], given, 'each group once'));
}

/** Tries every name there can be: `web-{index}` and `{group}-{index:02}` part ways at one digit and meet at two. */
function sameNamesInOneZone(given: RawSection, groups: readonly Group[]): Mistake[] {
  const found: Mistake[] = [];
  const holders = new Map<string, Group>();
  for (const group of groups) {
    const zoneId = text.parse(object.parse(group.given.dns).zoneId);
    if (zoneId === undefined || group.name === undefined) continue;
    const names = object.parse(group.given.names);
    const pattern = text.parse(names.pattern) ?? parseGroupSettings({ group: 'any' }, '').names.pattern;
    const taken = new Set<Group>();
    for (let index = 0; index <= largestIndex; index += 1) {
      const name = fillTemplate(pattern, { group: group.name, index });
      const holder = holders.get(`${zoneId} ${name}`);
      if (holder === undefined) holders.set(`${zoneId} ${name}`, group);
      else if (holder.name !== group.name && !taken.has(holder)) {
        taken.add(holder);
        const allowed = `names that group ${holder.name ?? ''} does not give in the same zone, as both do with ${name}`;
        const shown = names.pattern === undefined ? { path: '', value: JSON.stringify(pattern), allowed } : undefined;
        const at = [...group.path, 'names', 'pattern'];
        found.push(shown === undefined ? mistake(at, given, allowed) : { ...shown, path: at.join('.') });
      }
    }
  }
  return found;
}

/**
 * A hosted zone accepts only names below its own. Two names for one zone that differ even in their last label cannot both
 * be right, and the launches of one group would fail when they write records. Only AWS knows the zone's own name;
 * `muster doctor` compares with it.
 */
function zoneByTwoNames(given: RawSection, groups: readonly Group[]): Mistake[] {
  const names = new Map<string, string>();
  return groups.flatMap(({ path, given: { dns } }) =>
    [['dns'], ['dns', 'reverseZone']].flatMap((key) => {
      const zone = object.parse(key.length === 1 ? dns : object.parse(dns).reverseZone);
      const [zoneId, zoneName] = [text.parse(zone.zoneId), text.parse(zone.zoneName)];
      if (zoneId === undefined || zoneName === undefined) return [];
      const first = names.get(zoneId) ?? zoneName;
      names.set(zoneId, first);
      if (first.split('.').at(-1) === zoneName.split('.').at(-1)) return [];
      return [
        mistake(
          [...path, ...key, 'zoneName'],
          given,
          `a name that ends as ${first} does, which zone ${zoneId} has as well`,
        ),
      ];
    }),
  );
}

/** It would be filled in with nothing, and a job run for no host. */
function nameWithoutDns(given: RawSection, { path, given: group }: Group): Mistake[] {
  if (group.dns !== undefined) return [];
  const places = [['tags'], ...jobNames.map((name) => [name, 'parameters'])];
  return places.flatMap((place) => {
    const templates = object.parse(place.reduce<unknown>(valueAt, group));
    const asking = Object.keys(templates).filter((key) =>
      placeholders(text.parse(templates[key]) ?? '').includes('fqdn'),
    );
    return asking.map((key) =>
      mistake([...path, ...place, key], given, 'no {fqdn} without dns in the settings of the group'),
    );
  });
}

/** Put twice under one name, a hook has the transition that was put last, and nothing waits at the other end. */
function oneHookForBoth(given: RawSection, { path, given: group }: Group): Mistake[] {
  const usual = parseGroupSettings({ group: 'any' }, '');
  const [launch, terminate] = [text.parse(group.launchHook), text.parse(group.terminateHook)];
  if ((launch ?? usual.launchHook) !== (terminate ?? usual.terminateHook)) return [];
  const [at, other] = terminate === undefined ? ['launchHook', 'terminateHook'] : ['terminateHook', 'launchHook'];
  return [mistake([...path, at], given, `another name than that of ${other}`)];
}

function targetGroupsElsewhere(given: RawSection, place: Place, { path, given: group }: Group): Mistake[] {
  if (path[0] === 'demonstration' && group.targetGroups !== undefined) {
    return [mistake([...path, 'targetGroups'], given, 'nothing: the stack makes its target group')];
  }
  return allElsewhere(given, place, [...path, 'targetGroups']);
}

/** The target groups of the list at `path` that are not where the stack is. */
function allElsewhere(given: RawSection, place: Place, path: readonly (string | number)[]): Mistake[] {
  return list
    .parse(path.reduce<unknown>(valueAt, given))
    .flatMap((arn, at) =>
      isElsewhere(place, arn)
        ? [mistake([...path, at], given, 'a target group in the account and region of the stack')]
        : [],
    );
}

function secretElsewhere(given: RawSection, place: Place, { path, given: group }: Group): Mistake[] {
  return isElsewhere(place, object.parse(group.jenkins).credentialsSecret)
    ? [mistake([...path, 'jenkins', 'credentialsSecret'], given, 'a secret in the account and region of the stack')]
    : [];
}

/** Compares with what is an account or a region at all. */
function isElsewhere({ account, region }: Place, arn: unknown): boolean {
  if (typeof arn !== 'string' || !arn.startsWith('arn:')) return false;
  const [, , , itsRegion, itsAccount] = arn.split(':');
  return (region.includes('-') && itsRegion !== region) || (account.length === 12 && itsAccount !== account);
}

function tooLong(given: RawSection, { path, given: group }: Group): Mistake[] {
  const settings = storedSettings(group, path[0] === 'demonstration');
  const size = storedBytes({ version: shapesVersion, ...settings });
  if (size <= largestStored.advanced) return [];
  const allowed = `settings of at most ${largestStored.advanced} bytes as they are stored: JSON in UTF-8, defaults filled in`;
  return [mistake(path, given, `${allowed}; these are ${size}, most of them ${largestParts(settings)}`)];
}

/** What the parameter is to hold; as it was written where that has mistakes of its own. */
function storedSettings(group: RawSection, isDemonstration: boolean): object {
  const written = Object.fromEntries(Object.entries(group).filter(([name]) => name !== 'heartbeatSeconds'));
  const result = checkGroupSettings(written);
  const settings = 'settings' in result ? result.settings : written;
  return isDemonstration ? { ...settings, targetGroups: [longestTargetGroup] } : settings;
}

function networkMistakes(given: RawSection): Mistake[] {
  const network = object.parse(given.network);
  const found: Mistake[] = [];
  if (network.wayOut === 'endpoints' && list.parse(network.routeTableIds).length === 0) {
    found.push(mistake(['network', 'routeTableIds'], given, 'the route tables of the subnets, for wayOut "endpoints"'));
  }
  if (network.wayOut === 'endpoints' && network.vpcCidr === undefined) {
    found.push(mistake(['network', 'vpcCidr'], given, 'the range of the VPC, for wayOut "endpoints"'));
  }
  if (given.demonstration !== undefined && list.parse(network.subnetIds).length < 2) {
    found.push(
      mistake(['network', 'subnetIds'], given, 'two subnets or more: the demonstration has a load balancer in them'),
    );
  }
  return found;
}
