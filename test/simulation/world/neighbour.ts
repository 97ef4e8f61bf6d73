import { createLab, type Lab } from '../../../infra/lab/systems/fleet/lab';
import { Draws } from '../draws';
import type { World } from './world';

/**
 * A second deployment with groups of the same names, in another region and account, or beside the first in the same
 * one. It shares the zones and Jenkins, it has no faults, and the first one to take a name has it.
 */
export class Neighbour {
  readonly lab: Lab;
  readonly #groups: readonly string[];

  private constructor(lab: Lab, groups: readonly string[]) {
    this.lab = lab;
    this.#groups = groups;
  }

  static async create(world: World): Promise<Neighbour> {
    const { seed, groups } = world.plan;
    const draws = new Draws('neighbour', seed);
    const place = draws.pick(['region', 'account', 'both'] as const);
    const lab = await createLab({
      clock: world.clock,
      seed: `${seed} neighbour`,
      beside: world.lab,
      stackName: draws.pick(['muster', 'muster-next']),
      region: {
        ...(place === 'account' ? {} : { name: 'eu-west-1' }),
        ...(place === 'region' ? {} : { account: '210987654321' }),
      },
    });
    const named = groups.filter(({ hasDns }) => hasDns);
    for (const { name, settings } of named) {
      lab.addGroup(name, { settings: { names: settings.names }, deregistrationDelaySeconds: 0 });
      lab.region.autoScaling.world.setDesiredCapacity(name, draws.whole(0, 2));
    }
    return new Neighbour(
      lab,
      named.map(({ name }) => name),
    );
  }

  /** @param extent how many instances: 0 to 1 of a few. */
  scale(group: string, extent: number): void {
    if (this.#groups.includes(group)) {
      this.lab.region.autoScaling.world.setDesiredCapacity(group, Math.floor(extent * 4));
    }
  }

  /** Gives all of its names back. */
  leave(): void {
    for (const group of this.#groups) this.scale(group, 0);
  }

  /** Whether the execution is one of its own. */
  isItsExecution(arn: string): boolean {
    const { stateMachineArn } = this.lab.muster;
    return arn.startsWith(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:`);
  }

  /** Those of its members in service that are not what their name leads to. */
  robbed(): string[] {
    const found: string[] = [];
    const groups = this.lab.ledger.snapshot();
    for (const group of this.#groups) {
      for (const { name, fqdn = '', phase, instanceId } of groups[group]?.members ?? []) {
        const address = this.lab.region.ec2.world.find(instanceId)?.privateIp;
        const leadsTo = this.lab.region.route53.world.resolve(fqdn);
        if (phase === 'in-service' && !leadsTo.includes(address ?? ''))
          found.push(`${name} of the neighbour (${instanceId}, ${address ?? ''}) leads to ${leadsTo.join()}`);
      }
    }
    return found;
  }
}
