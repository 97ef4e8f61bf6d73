import { isSettingsProblem } from '../../contracts/errors';
import { messageOf } from '../../../shared/aws-errors';
import { forEachLimited } from '../../../shared/lists';
import { OperationRefused } from '../operation-refused';
import { checkDefinitions } from './definitions';
import { checkZone, checkZoneVpc } from './dns';
import { problem, type Finding, type CheckResult } from './finding';
import { checkGroup, checkHooks, checkMembers } from './group';
import { checkHeldOutside } from './held-outside';
import { checkJenkins } from './jenkins';
import { checkLambda } from './lambda';
import type { DoctorDeps, InspectedGroup } from './check-inputs';
import { checkTagsAndTargets } from './tags-and-targets';
import { checkTakenOut } from './taken-out';
import { checkTargets } from './targets';

export { findingCodes, type Finding, type FindingCode } from './finding';
export type { ExpectedFunction } from './lambda';
export type { DoctorDeps, JobChecks } from './check-inputs';

type Check = (deps: DoctorDeps, patient: InspectedGroup) => CheckResult[] | Promise<CheckResult[]>;

/** The checks, by what they are about. A new one is an entry here. */
const checks: Readonly<Record<string, Check>> = {
  'the group': (_, patient) => checkGroup(patient),
  'its hooks': checkHooks,
  'its members': (_, patient) => checkMembers(patient),
  'what its members hold': checkHeldOutside,
  'its target groups': checkTargets,
  'its instances’ tags and targets': checkTagsAndTargets,
  'its zone': checkZone,
  'the VPC of its zone': checkZoneVpc,
  Jenkins: checkJenkins,
};

const groupsAtOnce = 3;

/**
 * Finds problems of the managed groups, or of one of them, before a launch fails because of them. It changes nothing. A
 * check that cannot be made is itself a finding, and the other checks still run.
 *
 * @throws OperationRefused for a group that is not managed.
 */
export async function doctor(deps: DoctorDeps, group?: string): Promise<Finding[]> {
  const managed = [...(await deps.settings.list())].sort();
  if (group !== undefined && !managed.includes(group))
    throw new OperationRefused(`group '${group}' is not managed: managed are ${managed.join(', ') || 'none'}`);
  const groups = group === undefined ? managed : [group];
  const found = await forEachLimited(groups, groupsAtOnce, async (name) => {
    const said = await examine(deps, name);
    return said.map((one) => ({ ...one, group: name }));
  });
  if (group !== undefined) return found.flat();
  const whole = (await examineDeployment(deps)).map((one) => ({ ...one, group: '*' }));
  return [...found.flat(), ...whole, ...(await lookForTakenOut(deps, managed))];
}

/** The checks that are about no group: only AWS has what they read. */
async function examineDeployment(deps: DoctorDeps): Promise<CheckResult[]> {
  const { deployed, functions = [], stateMachineArn, releaseArn } = deps;
  if (deployed === undefined) return [];
  const looks: Readonly<Record<string, () => Promise<CheckResult[]>>> = {
    Lambda: () => checkLambda(deployed, functions),
    'the running executions': () => checkDefinitions({ ...deps, deployed }, [stateMachineArn, releaseArn]),
  };
  return (await Promise.all(Object.entries(looks).map(([what, look]) => tolerant(what, look)))).flat();
}

async function tolerant(what: string, look: () => CheckResult[] | Promise<CheckResult[]>): Promise<CheckResult[]> {
  try {
    return await look();
  } catch (error) {
    return [notLooked(what, error)];
  }
}

async function lookForTakenOut(deps: DoctorDeps, managed: readonly string[]): Promise<Finding[]> {
  try {
    return await checkTakenOut(deps, managed);
  } catch (error) {
    return [{ ...notLooked('what groups were taken out', error), group: '*' }];
  }
}

async function examine(deps: DoctorDeps, name: string): Promise<CheckResult[]> {
  const patient = await admit(deps, name);
  if ('said' in patient) return patient.said;
  const said = await Promise.all(
    Object.entries(checks).map(([what, check]) => tolerant(what, async () => check(deps, patient))),
  );
  return said.flat();
}

function notLooked(what: string, error: unknown): CheckResult {
  const name = error instanceof Error ? `${error.name}: ` : '';
  return problem(
    'could-not-look',
    `${what} could not be read: ${name}${messageOf(error)}`,
    'fix that, and run doctor again',
  );
}

async function admit(deps: DoctorDeps, name: string): Promise<InspectedGroup | { readonly said: CheckResult[] }> {
  try {
    const settings = await deps.settings.read(name);
    const { AutoScalingGroups = [] } = await deps.autoScaling.describeAutoScalingGroups({
      AutoScalingGroupNames: [name],
    });
    const group = AutoScalingGroups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name);
    if (group !== undefined) return { settings, group, records: await deps.ledger.records(name) };
    const repair = 'create it again under this name, or remove it from infra/config/muster.ts';
    return { said: [problem('group-missing', `Auto Scaling has no group ${name} in this region`, repair)] };
  } catch (error) {
    if (!isSettingsProblem(error)) return { said: [notLooked('the group', error)] };
    return { said: [problem('settings-invalid', messageOf(error), 'fix infra/config/muster.ts and deploy')] };
  }
}
