import type { Member } from '../../ledger/port';
import { isInStandby } from '../lifecycle';
import type { Decision, Presence, Sighting } from './sighting';

export function presenceOf(state: string | undefined): Presence {
  if (state === undefined) return 'unknown';
  return state === 'shutting-down' || state === 'terminated' ? 'ended' : 'there';
}

/** For so long after its claim, EC2 may still not know an instance that exists. */
const freshMs = 10 * 60_000;

/**
 * Whether to ask EC2 about a member: if its group does not have it (any more), for it may be detached and still run; or
 * if it is in Standby, where the group does not notice its end.
 */
export function isInDoubt({ phase }: Pick<Member, 'phase'>, state: string | undefined): boolean {
  return phase !== 'releasing' && (state === undefined || isInStandby(state));
}

/** Whether a member still runs outside of its group, with its number and name. */
export function isDetached({ state, member, presence }: Pick<Sighting, 'state' | 'member' | 'presence'>): boolean {
  if (state !== undefined || member === undefined) return false;
  return presence === 'there' || (presence === undefined && member.phase === 'detached');
}

type Release = (why: string) => Decision;

/**
 * What to do about an instance that its group does not have. A member can run outside of its group: detached, moved to
 * another group, or left over from a deleted one. Then it keeps its number, because its name points to it.
 *
 * @param release releases everything that it holds.
 */
export function whenGone(seen: Sighting, now: Date, release: Release): Decision[] {
  const { member, group, isReleasing, launch } = seen;
  const runs = launch?.status === 'RUNNING';
  if (isReleasing && !runs) return [];
  if (!holdsSomething(seen) && !runs) return [];
  if (member !== undefined && !isReleasing && member.phase !== 'releasing' && !hasEnded(seen, member, now)) {
    return isDetached(seen) ? whenDetached(seen, member) : [];
  }
  return [release(`${nameOf(seen)} is not in ${group} any more`)];
}

/**
 * What to do first about a member that its group has: a detached member has returned; and a member that ended in
 * Standby, where the group does not check health, would otherwise keep its number for ever. `undefined`: neither.
 */
export function whenBackOrLost(seen: Sighting, now: Date, release: Release): Decision[] | undefined {
  const { state, member, group, hold, isReleasing } = seen;
  if (member === undefined || isReleasing) return undefined;
  if (isInStandby(state) && hasEnded(seen, member, now)) return [release(`${member.name} has ended in Standby`)];
  if (member.phase !== 'detached') return undefined;
  // No hook holds it, so it is not launched again; an earlier failure remains to be fixed.
  const phase = hold !== undefined && member.inServiceAt === undefined ? 'launching' : 'in-service';
  return [
    { action: 'attached', member, phase, reason: `${member.name} is in ${group} again, and continues as before` },
  ];
}

export function holdsSomething({ member, hold, reserve }: Sighting): boolean {
  return member !== undefined || hold !== undefined || reserve !== undefined;
}

function whenDetached({ group, launch }: Sighting, member: Member): Decision[] {
  const stop = launch?.status === 'RUNNING' ? { stop: launch.arn } : {};
  if (member.phase === 'detached' && stop.stop === undefined) return [];
  const reason = `${member.name} has left ${group} and still exists: it keeps its number until it ends or is released`;
  return [{ action: 'detached', member, ...stop, reason }];
}

function hasEnded({ presence }: Sighting, { claimedAt }: Member, now: Date): boolean {
  if (presence !== 'unknown') return presence === 'ended';
  return now.getTime() - Date.parse(claimedAt) >= freshMs;
}

function nameOf({ member, hold, instanceId }: Sighting): string {
  return member?.name ?? hold?.name ?? instanceId;
}
