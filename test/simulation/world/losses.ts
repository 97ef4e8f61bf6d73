import { indexTag } from '../../../functions/fleet/domain/identity';
import { isAtRestInPool } from '../../../functions/fleet/domain/lifecycle';
import type { LedgerBackup } from '../../../infra/lab/region/ledger/memory-ledger';
import type { DetachedInstances } from './detached-instances';
import type { Redeployments } from './redeployments';
import type { World } from './world';

/** The ledger's table is lost or goes back to an older state; then people do what RUNBOOK.md says. */
export class Losses {
  readonly #world: World;
  readonly #due = new Set<() => void>();

  constructor(world: World) {
    this.#world = world;
  }

  /** An empty table takes its place. */
  lose(): void {
    this.#restore(undefined);
  }

  /** What is in it now is what it is restored to, so much later. */
  restoreLater(ms: number): void {
    const backup = this.#world.lab.ledger.backup();
    const restore = () => {
      if (!this.#due.delete(restore)) return;
      this.#world.see({ kind: 'action', what: 'the ledger is restored' });
      this.#restore(backup);
    };
    this.#due.add(restore);
    this.#world.clock.after(ms, restore);
  }

  /** Whatever is to be restored yet is so now. */
  restoreNow(): void {
    for (const restore of this.#due) restore();
  }

  /**
   * "Ledger lost or restored": who is unknown is replaced, or in service by a launch that is; and who had left its group
   * before, or went back to the warm pool since, is unknown there, too, and is ended. Who came into service while its group
   * was out of the configuration, and is known from before, has had no launch since, and is replaced as well.
   */
  replaceUnknown(detached: DetachedInstances, redeployments: Redeployments | undefined): void {
    const { autoScaling, ec2 } = this.#world.lab.region;
    const { world: scaling } = autoScaling;
    for (const { id, group } of detached.running) {
      const isUnknown =
        this.#world.observedLedger.unsure.has(id) && this.#world.observedLedger.member(group, id) === undefined;
      if (isUnknown) ec2.world.terminate(id);
    }
    const { observedLedger, groups } = this.#world;
    const bears = (tag: string, id: string) => ec2.world.find(id)?.tags.actual().get(tag);
    for (const { plan } of groups) {
      for (const { id, state } of [...scaling.group(plan.name).instances.values()]) {
        const isForgotten = observedLedger.holds.get(`${plan.name}/${id}`)?.error === 'InstanceGone';
        const member = observedLedger.member(plan.name, id);
        const isOther = member !== undefined && bears('Name', id) !== member.name;
        const cameUnseen = redeployments?.cameUnseen(id) === true;
        const isUnknown =
          observedLedger.unsure.has(id) && (isForgotten || isOther || member === undefined || cameUnseen);
        if (isUnknown && (state === 'InService' || state === 'Standby'))
          scaling.terminateInstance(id, { decrement: false });
        // Auto Scaling itself takes no such call for one of the pool.
        if (isUnknown && isAtRestInPool(state) && bears(indexTag, id) !== undefined) ec2.world.terminate(id);
      }
    }
  }

  #restore(backup: LedgerBackup | undefined): void {
    const { ledger, muster } = this.#world.lab;
    ledger.restore(backup);
    this.#world.observedLedger.restore(Object.values(ledger.snapshot()));
    // Launches and releases that are under way find out step by step.
    const { engine, stateMachineArn, releaseArn } = muster;
    for (const arn of [stateMachineArn, releaseArn]) {
      for (const { name = '' } of engine.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' }).executions ??
        [])
        this.#world.observedLedger.unsure.add(/_(i-[0-9a-f]+)_/.exec(name)?.[1] ?? '');
    }
  }
}
