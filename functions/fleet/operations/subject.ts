import { isInLaunchHook } from '../domain/lifecycle';
import { readLaunchExecution } from '../executions/read-launch-execution';
import { latest, type LaunchExecution } from '../domain/launch-execution';
import { readLifecycleState } from '../resources/instance';
import type { AutoScaling, StepFunctions } from '../ports/aws';
import type { Hold, Ledger, Member, Reserve } from '../ledger/port';
import { OperationRefused } from './operation-refused';

/** Whom an operation is about. */
export interface InstanceReference {
  readonly group: string;
  /** Its name (`web-03`), or its instance id. */
  readonly instance: string;
}

/** Everything that an operation wants to know about an instance. */
export interface Subject {
  readonly group: string;
  readonly instanceId: string;
  /** Its name, or its id if it has none. */
  readonly name: string;
  readonly member?: Member;
  readonly hold?: Hold;
  readonly reserve?: Reserve;
  /** The execution of its launch; absent if there is none on record, or it is long forgotten. */
  readonly launch?: LaunchExecution;
  /** Auto Scaling's lifecycle state; absent if the group does not have it. */
  readonly state?: string;
}

export interface SubjectDeps {
  ledger: Ledger;
  autoScaling: AutoScaling;
  stepFunctions: StepFunctions;
}

/** Finds an instance by its name or id. @throws OperationRefused if the ledger has no instance of that name. */
export async function findSubject(deps: SubjectDeps, who: InstanceReference): Promise<Subject> {
  const { members, holds, reserves } = await deps.ledger.records(who.group);
  const named = [...members, ...holds].find(({ name }) => name === who.instance)?.instanceId ?? who.instance;
  const is = ({ instanceId }: { instanceId: string }) => instanceId === named;
  const [member, hold, reserve] = [members.find(is), holds.find(is), reserves.find(is)];
  if (member === undefined && hold === undefined && reserve === undefined) {
    throw new OperationRefused(
      `group '${who.group}' has no '${who.instance}': name one of ${namesOf(members) || 'its instances (it has none)'}`,
    );
  }
  const launch = await latestLaunch(deps.stepFunctions, [hold?.execution, member?.execution, reserve?.execution]);
  const state = await readLifecycleState(deps.autoScaling, { group: who.group, instanceId: named });
  return {
    group: who.group,
    instanceId: named,
    name: member?.name ?? hold?.name ?? named,
    ...(member && { member }),
    ...(hold && { hold }),
    ...(reserve && { reserve }),
    ...(launch && { launch }),
    ...(state !== undefined && { state }),
  };
}

/** Whether the instance is in its launch hook. */
export function isHeldByHook(subject: Subject): subject is Subject & { readonly state: string } {
  return isInLaunchHook(subject.state);
}

async function latestLaunch(
  stepFunctions: StepFunctions,
  arns: readonly (string | undefined)[],
): Promise<LaunchExecution | undefined> {
  const known = [...new Set(arns)].filter((arn) => arn !== undefined);
  return latest(await Promise.all(known.map((arn) => readLaunchExecution(stepFunctions, arn))));
}

function namesOf(members: readonly Member[]): string {
  return members.map(({ name }) => name).join(', ');
}
