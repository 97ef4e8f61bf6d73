import type { Launch } from '../../contracts/inputs';
import type { Member, Reserve } from '../../ledger/port';
import { isOfWarmPool } from '../lifecycle';
import type { Sighting } from '../reconcile/sighting';

export interface WaitingInstance {
  readonly group: string;
  readonly instanceId: string;
  /** Auto Scaling's lifecycle state. */
  readonly state: string;
  readonly member?: Member | undefined;
  readonly reserve?: Reserve | undefined;
}

/**
 * The launch that an instance waits for, found without its event. Two that ask agree on origin and
 * destination, also with the event, so the execution gets the same name and starts once.
 *
 * @param since since when it has been waiting at the earliest (ISO 8601).
 */
export function launchOf(
  { group, instanceId, state, member, reserve }: WaitingInstance,
  hookName: string,
  since: string,
  startedBy: Launch['startedBy'],
): Launch {
  const lifecycle = { hookName, token: null, since };
  return { group, instanceId, ...journeyOf(state, member, reserve), lifecycle, startedBy };
}

/** Whether its launch has ended well: then it waits for another hook of the group. */
export function isServed({
  launch,
  member,
  reserve,
  state,
}: Pick<Sighting, 'launch' | 'member' | 'reserve' | 'state'>): boolean {
  if (isOfWarmPool(state) && reserve?.phase === 'warmed') return true;
  if (launch === undefined || member?.phase === 'replacing') return false;
  // What a launch that ended well has left behind; without it the instance has been released since, and waits again.
  return member !== undefined;
}

function journeyOf(
  state: string,
  member: Member | undefined,
  reserve: Reserve | undefined,
): Pick<Launch, 'origin' | 'destination'> {
  if (isOfWarmPool(state)) return { origin: 'EC2', destination: 'WarmPool' };
  if (member?.phase === 'replacing') return { origin: 'AutoScalingGroup', destination: 'AutoScalingGroup' };
  return { origin: reserve === undefined ? 'EC2' : 'WarmPool', destination: 'AutoScalingGroup' };
}
