import type { Breaker, Claim, Hold, Holder, Member, MemberChanges } from '../../../functions/fleet/ledger/port';
import type { ServiceCall } from './observe';

/** As much of a member as the checkers ask for. */
export interface Entry {
  readonly group: string;
  readonly instanceId: string;
  readonly index: number;
  readonly name: string;
  readonly fqdn: string | undefined;
  readonly phase: Member['phase'];
  readonly execution: string;
  readonly endingSince: string | undefined;
}

/** What a ledger has on record of one group. */
export interface RestoredGroup {
  readonly members: readonly Member[];
  readonly holds: readonly Hold[];
  readonly breaker?: Breaker;
}

/**
 * Who holds which number, put together from the ledger calls that took effect, and not by asking the ledger: so a
 * ledger that forgets, or gives a number twice, does not answer for itself.
 */
export class ObservedLedger {
  readonly #members = new Map<string, Entry>();
  readonly holds = new Map<string, Hold>();
  /** Who was the last to have a target (`<ARN> <address>`) on record: an address is given to others. */
  readonly #targets = new Map<string, string>();

  /** The groups whose breaker is open, and since when that is on record (ms). */
  readonly openBreakers = new Map<string, number>();

  readonly #now: () => number;

  /** Who was on record, or was about to be, when the ledger was lost: what became of them since then it does not say. */
  readonly unsure = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The ledger says this from now on, whatever was written before. */
  restore(records: readonly RestoredGroup[]): void {
    for (const { instanceId } of [...this.#members.values(), ...this.holds.values()]) this.unsure.add(instanceId);
    this.#members.clear();
    this.holds.clear();
    this.openBreakers.clear();
    for (const { members, holds, breaker } of records) {
      if (breaker !== undefined) this.#turned(breaker);
      for (const { group, instanceId, index, name, fqdn, phase, execution, endingSince } of members) {
        this.unsure.add(instanceId);
        const entry = { group, instanceId, index, name, fqdn, phase, execution, endingSince };
        this.#members.set(keyOf(entry), entry);
      }
      for (const hold of holds) this.holds.set(keyOf(hold), hold);
    }
  }

  member(group: string, instanceId: string): Entry | undefined {
    return this.#members.get(`${group}/${instanceId}`);
  }

  members(group: string): Entry[] {
    return [...this.#members.values()].filter((member) => member.group === group);
  }

  /** Whose target an address is, in a target group. */
  holderOfTarget(targetGroup: string, address: string): string | undefined {
    return this.#targets.get(`${targetGroup} ${address}`);
  }

  /** The addresses by which an instance stands in a target group, as far as they have not gone on to another. */
  addressesIn(targetGroup: string, instanceId: string): string[] {
    return [...this.#targets].flatMap(([target, holder]) =>
      holder === instanceId && target.startsWith(`${targetGroup} `) ? [target.slice(targetGroup.length + 1)] : [],
    );
  }

  note({ name, input, output, error }: ServiceCall): void {
    if (error !== undefined || !name.startsWith('ledger.')) return;
    switch (name) {
      case 'ledger.claim':
        if (output === 'claimed') this.#claimed(input as Claim);
        break;
      case 'ledger.update':
        this.#updated(...(input as [Holder, MemberChanges]));
        break;
      case 'ledger.free': {
        const [holder] = input as [Holder];
        if (output === true) this.#members.delete(keyOf(holder));
        break;
      }
      case 'ledger.saveHold': {
        const hold = input as Hold;
        this.holds.set(keyOf(hold), hold);
        break;
      }
      case 'ledger.saveBreaker':
        this.#turned(input as Breaker);
        break;
      case 'ledger.removeHold': {
        const [group, instanceId, execution] = input as [string, string, string?];
        const key = keyOf({ group, instanceId });
        if (execution === undefined || this.holds.get(key)?.execution === execution) this.holds.delete(key);
        break;
      }
    }
  }

  #turned({ group, openedAt }: Breaker): void {
    if (openedAt === undefined) this.openBreakers.delete(group);
    else if (!this.openBreakers.has(group)) this.openBreakers.set(group, this.#now());
  }

  #claimed(claim: Claim): void {
    const { group, instanceId, index, name, fqdn, execution } = claim;
    const entry = { group, instanceId, index, name, fqdn, execution, endingSince: undefined };
    this.#members.set(keyOf(claim), { ...entry, phase: 'launching' });
  }

  #updated(holder: Holder, { targets = [], ...changes }: MemberChanges): void {
    for (const target of targets) this.#targets.set(target, holder.instanceId);
    const key = keyOf(holder);
    const member = this.#members.get(key);
    if (member === undefined) return;
    const { phase = member.phase, execution = member.execution, endingSince = member.endingSince } = changes;
    this.#members.set(key, { ...member, phase, execution, endingSince: endingSince ?? undefined });
  }
}

function keyOf({ group, instanceId }: { group: string; instanceId: string }): string {
  return `${group}/${instanceId}`;
}
