import type { Launch } from '../../contracts/inputs';
import type { Member, Reserve } from '../../ledger/port';
import { isOfWarmPool } from '../lifecycle';
import type { Sighting } from './sighting';

export interface WaitingInstance {
  readonly group: string;
  readonly instanceId: string;
  /** Auto Scaling's lifecycle state. */
  readonly state: string;
  readonly member?: Member | undefined;
  readonly reserve?: Reserve | undefined;
}

/**
 * The launch that an instance waits for, found without its event. Every caller gets the same origin and destination,
 * also from the event, so the execution gets the same name and starts once.
 *
 * @param since the earliest time at which it can have begun to wait (ISO 8601).
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

/** Whether its launch succeeded: then it waits for another hook of the group. */
export function isServed({
  launch,
  member,
  reserve,
  state,
}: Pick<Sighting, 'launch' | 'member' | 'reserve' | 'state'>): boolean {
  if (isOfWarmPool(state) && reserve?.phase === 'warmed') return true;
  if (launch === undefined || member?.phase === 'replacing') return false;
  // What a successful launch leaves behind. Without it the instance was released since then, and waits again.
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
