import type { Instance } from '@aws-sdk/client-ec2';
import type { Instance as GroupInstance } from '@aws-sdk/client-auto-scaling';
import { answered } from '../../resources/answered';
import { largestIndex } from '../../contracts/settings';
import type { Identity } from '../../domain/identity';
import { indexTag, otherDeployment } from '../../domain/tags';
import type { Ec2 } from '../../ports/ec2';
import type { Ledger } from '../../ledger/port';

interface Deps {
  ec2: Ec2;
  ledger: Ledger;
  identity: Identity;
}

/** A number that an instance bears by its tag and does not hold in the ledger. */
export interface Mark {
  readonly instanceId: string;
  readonly index: number;
  /** Whether this deployment wrote it, or an early version that signed nothing. */
  readonly ours: boolean;
}

// Live ones: what a stopped instance of a warm pool bears is of its last stay, and the group does not list it.
const states = ['pending', 'running', 'stopping', 'stopped'];
const pageSize = 1_000;
// More instances than a group can have without a raised quota. What is beyond is not seen; the ledger still decides.
const maxPages = 5;

/**
 * The numbers that instances of the group bear by their tags although the ledger does not know of them: it was
 * restored, lost or made anew. They only take numbers away from a choice. What the ledger says comes first.
 *
 * @param listed the instances that Auto Scaling shows in the group; those of the warm pool are not among them.
 */
export async function seeMarks(deps: Deps, group: string, listed: readonly GroupInstance[]): Promise<Mark[]> {
  const stateOf = new Map(listed.map(({ InstanceId = '', LifecycleState }) => [InstanceId, LifecycleState]));
  const marked = (await markedIn(deps, group)).filter(({ instanceId }) => stateOf.has(instanceId));
  if (marked.length === 0) return [];
  const members = new Set((await deps.ledger.slots(group)).map(({ instanceId }) => instanceId));
  const unknown = marked.filter(({ instanceId }) => !members.has(instanceId));
  const marks: Mark[] = [];
  for (const mark of unknown) {
    if (stateOf.get(mark.instanceId) === 'InService' || !(await isStale(deps.ledger, group, mark))) marks.push(mark);
  }
  return marks;
}

/** Tags stay on an instance when it gives its number up: on its way into or out of the pool, or to its end. */
async function isStale(ledger: Ledger, group: string, { index, instanceId }: Mark): Promise<boolean> {
  const history = await ledger.history(group, { index });
  return history.find((entry) => entry.instanceId === instanceId)?.event === 'freed';
}

async function markedIn({ ec2, identity }: Deps, group: string): Promise<Mark[]> {
  const marks: Mark[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { Reservations, NextToken } = await ec2.describeInstances({
      Filters: [
        // In a filter `\` takes the meaning from the next character. `?` is any one, and the group is asked for below.
        { Name: 'tag:aws:autoscaling:groupName', Values: [group.replaceAll('\\', '?')] },
        { Name: 'tag-key', Values: [indexTag] },
        { Name: 'instance-state-name', Values: states },
      ],
      MaxResults: pageSize,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const shown = answered(Reservations, `the marked instances of ${group}`);
    marks.push(...shown.flatMap(({ Instances = [] }) => Instances).flatMap((one) => markOf(one, group, identity)));
    token = NextToken;
    if (token === undefined) break;
  }
  return marks;
}

function markOf({ InstanceId = '', Tags = [] }: Instance, group: string, identity: Identity): Mark[] {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const text = tags[indexTag] ?? '';
  const index = Number(text);
  // Anything may be written there by hand.
  if (tags['aws:autoscaling:groupName'] !== group || !/^\d{1,6}$/.test(text) || index > largestIndex) return [];
  return [{ instanceId: InstanceId, index, ours: otherDeployment(tags, identity) === undefined }];
}
