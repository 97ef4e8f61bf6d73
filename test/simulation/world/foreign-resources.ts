import type { RRType } from '@aws-sdk/client-route-53';
import { fqdnOf } from '../../../functions/fleet/domain/identity';
import { parseGroupSettings } from '../../../functions/fleet/contracts/settings';
import type { World } from './world';

export interface ForeignRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: RRType;
  readonly values: readonly string[];
}

/** A value that a stranger has put beside ours, into the same record set. */
export interface ForeignValue {
  readonly zoneId: string;
  readonly name: string;
  readonly type: 'A' | 'TXT';
  readonly value: string;
}

const foreignValues = { A: '192.0.2.9', TXT: '"site-verification=0123456789abcdef"' } as const;

/** What belongs to other owners, and must stay as it is. */
export class ForeignResources {
  readonly #world: World;
  readonly records = new Map<string, ForeignRecord>();
  readonly values: ForeignValue[] = [];
  /** An instance that no group has, registered with the groups' targets. */
  readonly targets: { readonly group: string; readonly instanceId: string }[] = [];

  constructor(world: World) {
    this.#world = world;
    if (world.plan.foreign) this.#moveIn();
  }

  /** A record of a stranger's at a name that an instance of the group could get. */
  takeName(group: string, index: number): string | undefined {
    const { lab } = this.#world;
    const settings = parseGroupSettings(this.#world.group(group)?.settings, 'the plan');
    const name = fqdnOf(settings, index);
    if (name === undefined) return undefined;
    // The zone of today: a name is in no other.
    const zoneId = settings.dns?.zoneId ?? lab.zone.id;
    const taken = lab.region.route53.world.zone(zoneId).records.from(`${name}.`, undefined, 1);
    if (taken[0]?.name === `${name}.`) return undefined;
    this.#put({ zoneId, name, type: 'A', values: ['192.0.2.7'] });
    return name;
  }

  /** Takes away what stands in the way; the rest stays for good. */
  giveNamesBack(): void {
    for (const [key, { zoneId, name, type }] of this.records) {
      if (name.includes('stranger')) continue;
      this.#world.lab.region.route53.world.removeForeign(zoneId, name, type);
      this.records.delete(key);
    }
  }

  /** Puts a value beside that of a member's record set. @param draw which member's, 0 to 1. */
  addValue(group: string, draw: number, type: ForeignValue['type']): void {
    const { lab, observedLedger } = this.#world;
    const named = observedLedger.members(group).flatMap(({ fqdn }) => fqdn ?? []);
    const name = named[Math.floor(draw * named.length)];
    const zoneId = lab.zone.id;
    const found = name === undefined ? undefined : this.#find(zoneId, name, type);
    const value = foreignValues[type];
    if (name === undefined || found === undefined || found.values.includes(value)) return;
    // A name that was given up by its member and taken by a stranger is wholly the stranger's.
    if (this.records.has(`${name} ${type}`)) return;
    // In front of ours: who reads the first one only is misled.
    lab.region.route53.world.foreign(zoneId, { ...found, name, values: [value, ...found.values] });
    this.values.push({ zoneId, name, type, value });
  }

  takeValuesBack(): void {
    const { world: route53 } = this.#world.lab.region.route53;
    for (const { zoneId, name, type, value } of this.values.splice(0)) {
      const found = this.#find(zoneId, name, type);
      if (found === undefined) continue;
      const values = found.values.filter((other) => other !== value);
      if (values.length === 0) route53.removeForeign(zoneId, name, type);
      else route53.foreign(zoneId, { ...found, name, values });
    }
  }

  #find(zoneId: string, name: string, type: RRType) {
    return this.#world.lab.region.route53.world.zone(zoneId).records.get(`${name}.`, type);
  }

  #moveIn(): void {
    const { lab } = this.#world;
    const zoneId = lab.zone.id;
    this.#put({ zoneId, name: `stranger.${lab.zone.name}`, type: 'A', values: ['192.0.2.1'] });
    this.#put({ zoneId, name: `web-stranger.${lab.zone.name}`, type: 'TXT', values: ['"not ours"'] });
    const { ec2, elasticLoadBalancing } = lab.region;
    const { id } = ec2.world.launch({ subnetId: 'subnet-a', tags: { Owner: 'stranger' } });
    for (const { targetGroups } of this.#world.groups) {
      for (const arn of targetGroups) {
        const group = elasticLoadBalancing.world.targetGroup(arn);
        if (group.targetType !== 'instance') continue;
        elasticLoadBalancing.world.register(group, id, group.port);
        this.targets.push({ group: arn, instanceId: id });
      }
    }
  }

  #put(record: ForeignRecord): void {
    this.#world.lab.region.route53.world.foreign(record.zoneId, record);
    this.records.set(`${record.name} ${record.type}`, record);
  }
}
