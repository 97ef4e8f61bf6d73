import type { Holder } from '../../../functions/fleet/ledger/port';
import { remainingOf } from '../world/remaining-resources';
import type { Checker } from './checker';

export const freed: Checker = {
  name: 'freed-leaves-nothing',
  holds: 'when an index is freed nothing leads to its holder any more, and the holder is not one that serves',
  watch:
    ({ world, redeployments }, violate) =>
    (seen) => {
      if (seen.kind !== 'call' || seen.name !== 'ledger.free' || seen.output !== true) return;
      const [{ group, instanceId, index }, reason] = seen.input as [Holder, string];
      // Of what it did since the state that the ledger was restored to, nothing is on record.
      if (world.observedLedger.unsure.has(instanceId)) return;
      const { targets, names } = remainingOf(world, group, instanceId);
      const left = [...targets, ...names];
      if (left.length > 0)
        violate(`index ${index} of ${group} was freed, and of ${instanceId} there is still ${left.join(', ')}`);
      const state = world.lab.region.autoScaling.world.member(instanceId)?.state;
      // Out of the warm pool again before what it held there was taken back: its next launch waits for the index.
      const isBack = reason.startsWith('to-warm-pool') && state?.startsWith('Pending') === true;
      // Ended in Standby, where its group does not look.
      const ec2 = world.lab.region.ec2.world.find(instanceId)?.state.current ?? 'terminated';
      const hasEnded = ec2 === 'shutting-down' || ec2 === 'terminated';
      // So it came back past hooks that were gone with its group: RUNBOOK, "Group taken out", has it replaced.
      const isToBeReplaced = redeployments?.cameBackUnseen(instanceId) === true;
      if (
        !isBack &&
        !isToBeReplaced &&
        !hasEnded &&
        state !== undefined &&
        /^(InService|Standby|EnteringStandby|Pending)/.test(state)
      )
        violate(`index ${index} of ${group} was freed (${reason}) while ${instanceId} is ${state}`);
    },
};
