import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import { isOfWarmPool } from '../../../functions/fleet/domain/lifecycle';
import { Draws } from '../draws';
import type { GroupInWorld } from './group-in-world';
import type { Iam } from './iam';
import type { World } from './world';

/** What differs from a group's first settings. */
export interface Changes {
  readonly pattern?: string | undefined;
  readonly zone?: 'own' | 'other' | 'none';
  /** Target groups that are taken out. */
  readonly without?: readonly string[];
}

const minute = 60_000;

/**
 * Deployments of other settings while members live. The settings are there at once, and IAM follows within minutes. Who
 * deploys names what members still hold from before, as `synth`, `cdk diff` and `doctor` say it: at once, or only after
 * releases have failed of it.
 */
export class Redeployments {
  readonly #world: World;
  readonly #iam: Iam;
  readonly #first: ReadonlyMap<string, GroupSettingsInput>;
  readonly #changes = new Map<string, Changes>();
  readonly #out = new Map<string, number>();
  /** Instances that were launched while their group was out: left alone, as those are that were there before Muster. */
  readonly #unmanaged = new Set<string>();
  readonly #oncesOut = new Set<string>();
  /** Instances whose root volume was replaced while their group was out: nothing has built on the new one. */
  readonly #unbuilt = new Set<string>();
  /** Back in service out of the warm pool, past the hooks that were gone, while its way into the pool was not finished. */
  readonly #pastHooks = new Set<string>();
  /** Who was of a group, or on the way into it, when it was taken out. */
  readonly #seen = new Set<string>();
  /** In service when their group came back, and elsewhere before: no launch of ours has brought them there. */
  readonly #cameUnseen = new Set<string>();
  readonly #otherZone: { readonly zoneId: string; readonly zoneName: string };
  #deployments = 0;

  constructor(world: World, iam: Iam) {
    this.#world = world;
    this.#iam = iam;
    this.#first = new Map(world.groups.map(({ plan, settings }) => [plan.name, settings]));
    const zoneName = 'moved.example.com';
    this.#otherZone = { zoneId: world.lab.region.route53.world.createZone({ name: zoneName }).id, zoneName };
    this.#allow(true, 0);
  }

  /** @param extent how far IAM lags behind, and whether what is held is named at once. */
  deploy(group: GroupInWorld, changes: Changes, extent: number): void {
    if (this.isOut(group.plan.name)) return;
    const all = { ...this.#changes.get(group.plan.name), ...changes };
    this.#changes.set(group.plan.name, all);
    if (changes.zone !== undefined && changes.zone !== 'own') this.#oncesOut.add(`${group.plan.name} dns`);
    for (const arn of changes.without ?? []) this.#oncesOut.add(`${group.plan.name} ${arn}`);
    this.#put(group, all);
    this.#rollOut(extent);
  }

  /** Takes a group out of the configuration for some time: its hooks go first, then its settings and permissions. */
  takeOut(group: GroupInWorld, extent: number): void {
    const { name } = group.plan;
    if (this.isOut(name)) return;
    const { world: scaling } = this.#world.lab.region.autoScaling;
    for (const hook of ['muster-launch', 'muster-terminate']) scaling.deleteHook(name, hook);
    this.#world.lab.settings.remove(name);
    for (const { id, state } of scaling.group(name).instances.values()) {
      if (/RootVolume/.test(state)) this.#unbuilt.add(id);
      if (isOfWarmPool(state)) this.#seen.delete(id);
      else this.#seen.add(id);
    }
    const number = this.#deployments;
    this.#out.set(name, number);
    this.#rollOut(extent);
    this.#world.clock.after((1 + extent * 15) * minute, () => {
      if (this.#out.get(name) === number) this.#bringBack(group, extent);
    });
  }

  isOut(group: string): boolean {
    return this.#out.has(group);
  }

  /** Whether Muster need not have registered it there: it was in no settings for a while. */
  wasOut(group: string, what: string): boolean {
    return this.#oncesOut.has(`${group} ${what}`);
  }

  /** The root volume of an instance is about to be replaced. */
  rootVolumeGoes(group: string, instanceId: string): void {
    if (this.isOut(group)) this.#unbuilt.add(instanceId);
  }

  isUnmanaged(instanceId: string): boolean {
    return this.#unmanaged.has(instanceId);
  }

  /** Whether a release may still take back what it had before: it came back unseen, and is to be replaced. */
  cameBackUnseen(instanceId: string): boolean {
    return this.#pastHooks.has(instanceId);
  }

  /** Whether it came into service while its group was out: a ledger of an earlier time may know it all the same. */
  cameUnseen(instanceId: string): boolean {
    return this.#cameUnseen.has(instanceId);
  }

  /** The first settings again, and what was held in between is named. */
  end(): void {
    for (const group of this.#world.groups) {
      if (this.isOut(group.plan.name)) this.#bringBack(group, 0);
      this.#changes.delete(group.plan.name);
      this.#put(group, {});
    }
    this.#allow(true, 0);
    this.#replaceUnbuilt();
  }

  /** "Group taken out", step 2: a group that is back knows nothing of what it did not see. */
  #replaceUnbuilt(): void {
    const { world: scaling } = this.#world.lab.region.autoScaling;
    for (const { plan } of this.#world.groups) {
      for (const { id, state } of [...scaling.group(plan.name).instances.values()]) {
        if ((this.#unbuilt.has(id) || this.#pastHooks.has(id)) && state === 'InService')
          scaling.terminateInstance(id, { decrement: false });
      }
    }
  }

  #bringBack(group: GroupInWorld, extent: number): void {
    const { name, heartbeatSeconds: heartbeatTimeout } = group.plan;
    const { world: scaling } = this.#world.lab.region.autoScaling;
    this.#out.delete(name);
    const members = this.#world.lab.ledger.snapshot()[name]?.members ?? [];
    const leaving = new Set(members.filter(({ phase }) => phase === 'releasing').map(({ instanceId }) => instanceId));
    for (const { id, state } of scaling.group(name).instances.values()) {
      if (leaving.has(id) && state === 'InService') this.#pastHooks.add(id);
      // One that is Pending has passed the place of its hook, or will yet wait in it; who looks from outside cannot tell.
      if (this.#world.observedLedger.member(name, id) === undefined) this.#unmanaged.add(id);
      if (state === 'InService' && !this.#seen.has(id)) this.#cameUnseen.add(id);
    }
    this.#put(group, this.#changes.get(name) ?? {});
    const hook = { heartbeatTimeout, defaultResult: 'ABANDON' } as const;
    scaling.putHook(name, 'autoscaling:EC2_INSTANCE_LAUNCHING', { ...hook, name: 'muster-launch' });
    const end = { ...hook, defaultResult: 'CONTINUE', name: 'muster-terminate' } as const;
    scaling.putHook(name, 'autoscaling:EC2_INSTANCE_TERMINATING', end);
    this.#rollOut(extent);
  }

  #put(group: GroupInWorld, { pattern, zone = 'own', without = [] }: Changes): void {
    const first = this.#first.get(group.plan.name);
    if (first === undefined) return;
    const { dns, ...others } = first;
    // The jobs that the settings name by now.
    const { provision, deploy } = group.settings;
    group.settings = {
      ...others,
      ...(provision !== undefined && { provision }),
      ...(deploy !== undefined && { deploy }),
      ...(pattern !== undefined && { names: { ...first.names, pattern } }),
      ...(dns !== undefined && zone !== 'none' && { dns: zone === 'own' ? dns : { ...dns, ...this.#otherZone } }),
      targetGroups: (first.targetGroups ?? []).filter((arn) => !without.includes(arn)),
    };
    this.#world.lab.settings.put(group.plan.name, group.settings);
  }

  /** What is held is named at once, or twenty minutes later, when releases have failed of it. */
  #rollOut(extent: number): void {
    this.#deployments += 1;
    const draws = new Draws('deployment', this.#world.plan.seed, this.#deployments, extent);
    const afterMs = draws.whole(0, 4 * minute);
    const isNamed = draws.happens(0.5);
    this.#allow(isNamed, afterMs);
    if (!isNamed) this.#world.clock.after(20 * minute, () => this.#allow(true, minute));
  }

  #allow(isNamed: boolean, afterMs: number): void {
    const { lab, groups } = this.#world;
    const managed = groups.filter(({ plan }) => !this.isOut(plan.name));
    const zones = groups.flatMap(({ plan }) => {
      const { dns } = this.#first.get(plan.name) ?? {};
      return [dns?.zoneId, dns?.reverseZone?.zoneId].flatMap((id) => id ?? []);
    });
    const formerly = {
      zones: isNamed ? [...new Set([...zones, this.#otherZone.zoneId])] : [],
      targetGroups: isNamed ? groups.flatMap(({ targetGroups }) => targetGroups) : [],
    };
    this.#iam.deploy(lab, { groups: managed.map(({ settings }) => settings), formerly }, afterMs);
  }
}
