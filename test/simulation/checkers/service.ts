import type { CompleteLifecycleActionCommandInput } from '@aws-sdk/client-auto-scaling';
import type { DescribeTargetHealthCommandOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53';
import { isJob } from '../world/builds';
import type { Build } from '../../../infra/lab/jenkins';
import { instanceOfTarget } from '../world/target-ids';
import { actionsSeen, type OpenedAction } from '../world/actions-seen';
import type { Cast } from '../world/scene';
import type { Checker } from './checker';

export const service: Checker = {
  name: 'service-is-earned',
  holds:
    'no instance is let into service whose jobs have not succeeded, or that was not found healthy in each target group',
  watch: (cast, violate) => {
    const succeeded: Build[] = [];
    const healthy = new Set<string>();
    const written = new Map<string, Written>();
    const opened = actionsSeen(cast.world);
    return (seen) => {
      opened.note(seen);
      if (seen.kind === 'build-finished') {
        const { result } = seen.build;
        if (result === 'SUCCESS' || result === 'UNSTABLE') succeeded.push(seen.build);
      }
      if (seen.kind !== 'call' || seen.error !== undefined) return;
      if (seen.name === 'elasticLoadBalancing.describeTargetHealth') noteHealth(cast, seen, healthy);
      if (seen.name === 'route53.changeResourceRecordSets') noteChange(seen, written);
      if (/deregisterTargets$/.test(seen.name)) for (const key of targetsIn(cast, seen.input)) healthy.delete(key);
      if (seen.name !== 'autoScaling.completeLifecycleAction') return;
      const input = seen.input as CompleteLifecycleActionCommandInput;
      const action = opened.byToken(seen.open?.[input.LifecycleHookName ?? ''] ?? '');
      if (input.LifecycleActionResult !== 'CONTINUE' || action?.isLaunch !== true) return;

      const unknown = unknownName(cast, action, written);
      for (const what of [...missing(cast, action, succeeded, healthy), ...unknown])
        violate(`${action.instanceId} of ${action.group} was let into ${action.destination}: ${what}`);
    };
  },
};

function missing(
  { world, redeployments }: Cast,
  action: OpenedAction,
  succeeded: readonly Build[],
  healthy: ReadonlySet<string>,
): string[] {
  const group = world.group(action.group);
  if (group === undefined) return ['its group is not managed'];
  const { jobs } = world.lab;
  const wanted = group.plan.jobs.filter((job) => action.destination !== 'WarmPool' || job === 'provision');
  const without = wanted.filter((job) => {
    // What was provisioned in the warm pool stays so. After a new root volume nothing of before counts.
    const since =
      action.origin === 'AutoScalingGroup' || (action.origin === 'WarmPool' && job === 'deploy') ? action.openedAt : 0;
    const accepted = (build: Build) => build.result === 'SUCCESS' || group.plan.unstable === 'success';
    return !succeeded.some(
      (build) =>
        isJob(build.job, jobs[job]) &&
        build.parameters.INSTANCE === action.instanceId &&
        build.startedAt >= since &&
        accepted(build),
    );
  });
  const unhealthy =
    action.destination === 'WarmPool'
      ? []
      : group.targetGroups
          .filter((arn) => redeployments?.wasOut(group.plan.name, arn) !== true)
          .filter((arn) => !healthy.has(`${arn} ${action.instanceId}`));
  return [
    ...without.map((job) => `its job ${job} has not succeeded`),
    ...unhealthy.map((arn) => `no run has seen it healthy in ${arn.split('/')[1] ?? arn}`),
  ];
}

/** What a name leads to, and all changes that have written just this: one of them in sync is enough. */
interface Written {
  readonly value: string;
  readonly changes: readonly string[];
}

function unknownName(
  { world, redeployments }: Cast,
  action: OpenedAction,
  written: ReadonlyMap<string, Written>,
): string[] {
  const fqdn = world.observedLedger.member(action.group, action.instanceId)?.fqdn;
  // Without DNS in its settings a launch passes that step, whatever it was when it began.
  const wasOut = redeployments?.wasOut(action.group, 'dns') === true;
  if (action.destination === 'WarmPool' || fqdn === undefined || wasOut) return [];
  const { changes = [] } = written.get(`${fqdn}.`) ?? {};
  const { world: route53 } = world.lab.region.route53;
  const isKnown = changes.some((change) => route53.isInSync(route53.changeOf(change)));
  return isKnown ? [] : [`not all name servers know ${fqdn} yet`];
}

function noteChange({ input, output }: { input: unknown; output?: unknown }, written: Map<string, Written>): void {
  const { ChangeBatch } = input as ChangeResourceRecordSetsCommandInput;
  const { ChangeInfo } = output as ChangeResourceRecordSetsCommandOutput;
  const before = new Map(written);
  for (const { Action, ResourceRecordSet: record } of ChangeBatch?.Changes ?? []) {
    if ((record?.Type !== 'A' && record?.Type !== 'AAAA') || record.Name === undefined) continue;
    written.delete(record.Name);
    if (Action === 'DELETE') continue;
    const value = (record.ResourceRecords ?? []).map(({ Value }) => Value).join();
    const earlier = before.get(record.Name);
    const changes = earlier?.value === value ? earlier.changes : [];
    written.set(record.Name, { value, changes: [...changes, ChangeInfo?.Id ?? ''] });
  }
}

function noteHealth(
  { world }: Cast,
  { input, output }: { input: unknown; output?: unknown },
  healthy: Set<string>,
): void {
  const { TargetGroupArn = '' } = input as { TargetGroupArn?: string };
  const { TargetHealthDescriptions = [] } = output as DescribeTargetHealthCommandOutput;
  for (const { Target, TargetHealth } of TargetHealthDescriptions)
    if (TargetHealth?.State === 'healthy')
      healthy.add(`${TargetGroupArn} ${instanceOfTarget(world, TargetGroupArn, Target?.Id ?? '')}`);
}

/** As they stand in `healthy`. */
function targetsIn({ world }: Cast, input: unknown): string[] {
  const { TargetGroupArn = '', Targets = [] } = input as { TargetGroupArn?: string; Targets?: { Id?: string }[] };
  return Targets.map(({ Id = '' }) => `${TargetGroupArn} ${instanceOfTarget(world, TargetGroupArn, Id)}`);
}
