import type { Instance } from '@aws-sdk/client-ec2';
import { isTargetGroupNotFound } from '../../../shared/aws-errors';
import { forEachLimited } from '../../../shared/lists';
import { quotedIfOdd } from '../../../shared/notify/message-text';
import { targetGroupName, isSameId, recordedTargets } from '../../domain/targets';
import { isLeaving } from '../../domain/lifecycle';
import { indexTag } from '../../domain/identity';
import { findInstances } from '../instances';
import { notice, problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';
import { shownAddresses } from '../../resources/addresses';

/** Compares the tags of instances and the registered targets with the ledger. */
export async function checkTagsAndTargets(deps: DoctorDeps, patient: InspectedGroup): Promise<CheckResult[]> {
  const ids = (patient.group.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  const shown = await findInstances(deps.ec2, ids);
  const tags = checkTags(patient, shown);
  return [...tags, ...(await checkStrangers(deps, patient, shown))];
}

function checkTags({ records, group, settings }: InspectedGroup, shown: readonly Instance[]): CheckResult[] {
  const states = new Map((group.Instances ?? []).map(({ InstanceId, LifecycleState }) => [InstanceId, LifecycleState]));
  const wrong = shown.flatMap(({ InstanceId = '', Tags = [] }) => {
    const member = records.members.find(({ instanceId, phase }) => instanceId === InstanceId && phase === 'in-service');
    if (member === undefined || isLeaving(states.get(InstanceId) ?? '')) return [];
    const valueOf = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
    const said = [valueOf(indexTag), ...(hasOwnName(settings) ? [valueOf('Name')] : [])];
    const expected = [String(member.index), member.name];
    const other = said.findIndex((value, at) => value !== expected[at]);
    if (other < 0) return [];
    return [`${member.name} (${InstanceId}) ${said[other] === undefined ? 'has no tag' : `says ${said[other]}`}`];
  });
  const borne = shown.flatMap(({ InstanceId = '', Tags = [] }) => {
    const value = Tags.find(({ Key }) => Key === indexTag)?.Value ?? '';
    const isKnown = [...records.members, ...records.reserves].some(({ instanceId }) => instanceId === InstanceId);
    return value === '' || isKnown ? [] : [`${InstanceId} (${value})`];
  });
  return [
    ...(wrong.length === 0
      ? []
      : [
          problem(
            'tag-differs',
            `members whose tag ${indexTag} or Name is not their number or name: ${listed(wrong)}`,
            'write the tag again: the ledger is right, and a ledger that is lost is made whole from the tags',
          ),
        ]),
    ...(borne.length === 0
      ? []
      : [
          problem(
            'tag-orphan',
            `have a number that the ledger does not know: ${listed(borne)}`,
            `muster adopt ${quotedIfOdd(settings.group)} shows how they become members again`,
          ),
        ]),
  ];
}

/** Whether the tag `Name` is the member's name unchanged: settings may give it another text. */
function hasOwnName({ tags }: InspectedGroup['settings']): boolean {
  return (tags.Name ?? '{name}') === '{name}';
}

/** Finds targets that no member has on record and that are no instance of the group. */
async function checkStrangers(
  { elasticLoadBalancing }: DoctorDeps,
  { settings, records }: InspectedGroup,
  shown: readonly Instance[],
): Promise<CheckResult[]> {
  const own = shown.flatMap((one) => [one.InstanceId ?? '', ...shownAddresses(one).addresses]);
  const all = [...own, ...records.members.flatMap((member) => recordedTargets(member).map(({ id }) => id))];
  const said = await forEachLimited(settings.targetGroups, 5, async (arn): Promise<CheckResult[]> => {
    const strangers = (await targetsIn(elasticLoadBalancing, arn)).filter(
      (id) => !all.some((one) => isSameId(one, id)),
    );
    if (strangers.length === 0) return [];
    return [
      notice(
        'target-orphan',
        `${targetGroupName(arn)} has targets that are no instances of the group: ${listed(strangers)}`,
        'deregister them (aws elbv2 deregister-targets), unless another group shares it on purpose',
      ),
    ];
  });
  return said.flat();
}

async function targetsIn(elb: DoctorDeps['elasticLoadBalancing'], TargetGroupArn: string): Promise<string[]> {
  try {
    const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn });
    return TargetHealthDescriptions.flatMap(({ Target, TargetHealth }) =>
      Target?.Id === undefined || TargetHealth?.State === 'draining' ? [] : [Target.Id],
    );
  } catch (error) {
    // The check of the target groups reports it.
    if (isTargetGroupNotFound(error)) return [];
    throw error;
  }
}

function listed(all: readonly string[]): string {
  return all.length <= 5 ? all.join(', ') : `${all.slice(0, 5).join(', ')} and ${all.length - 5} more`;
}
