import { quotedIfOdd } from '../../../shared/notify/message-text';
import { type Hold, type Member, type Reserve, isBeingReleased } from '../../ledger/port';
import { isLeaving, isInLaunchHook } from '../lifecycle';
import { isForgotten } from '../redrive-or-new-attempt';
import type { StepVisit } from './steps';

/** What has to act next; `none`: nothing has to happen. */
export type Actor = 'operator' | 'muster' | 'jenkins' | 'load balancer' | 'dns' | 'auto scaling' | 'none';

/** What happens next with an instance. */
export interface NextAction {
  readonly whose: Actor;
  readonly what: string;
  /** By when it has to happen (ISO 8601), and what happens then. */
  readonly deadline?: { readonly at: string; readonly then: string };
  /** The commands for an operator, most likely first. */
  readonly commands: readonly string[];
}

/** What is known about an instance. */
export interface Situation {
  readonly name: string;
  readonly group: string;
  /** The term by which a command finds it; default: its name. */
  readonly called?: string | undefined;
  /** Auto Scaling's lifecycle state; absent if the group does not have it. */
  readonly state?: string | undefined;
  readonly member?: Member | undefined;
  readonly hold?: Hold | undefined;
  readonly reserve?: Reserve | undefined;
  /** Status of its last launch; absent if none is on record. */
  readonly launch?: string | undefined;
  /** The mistakes in the settings of its group; read only if no launch has begun. */
  readonly mistakes?: string | undefined;
  /** Whether an execution that releases it runs. */
  readonly isReleased: boolean;
  /** The current step of the launch. */
  readonly at?: StepVisit | undefined;
  readonly breakerIsOpen: boolean;
}

/** What happens next, who acts, and by when. */
export function nextAction(seen: Situation): NextAction {
  const { name, group, state, member, launch } = seen;
  if ((member !== undefined && isBeingReleased(member)) || seen.isReleased)
    return by('muster', `${name} is being released: targets, DNS and number are removed, in this order`);
  if (member?.phase === 'detached')
    return by(
      'operator',
      `it left ${group} and still runs, with its name and number: terminate it, or attach it again`,
    );
  if (state === undefined) return whenGone(seen);
  if (isLeaving(state)) return whenLeaving(seen, state);
  if (seen.hold !== undefined && launch !== 'RUNNING') return whenHeld(seen, seen.hold);
  if (launch === 'RUNNING') return whenRunning(seen);
  if (isInLaunchHook(state)) return whenWaiting(seen);
  if (seen.reserve?.phase === 'warmed') return by('auto scaling', 'it waits in the warm pool until its group needs it');
  return by('none', `nothing: it is ${state} in ${group}`);
}

function by(whose: Actor, what: string, commands: readonly string[] = []): NextAction {
  return { whose, what, commands };
}

function inCommands({ called, name }: Situation): string {
  return quotedIfOdd(called ?? name);
}

function whenGone({ name, group, member, hold, reserve }: Situation): NextAction {
  if (member === undefined && hold === undefined && reserve === undefined)
    return by('none', `nothing: ${group} does not have it, and it holds nothing`);
  return by('muster', `${name} is no longer in ${group}: what it holds is released within two minutes`);
}

function whenLeaving({ group, member, hold, reserve }: Situation, state: string): NextAction {
  if (member === undefined && hold === undefined && reserve === undefined)
    return by('auto scaling', `it leaves ${group} (${state}) and holds nothing`);
  return by('muster', `it leaves ${group} (${state}): its release starts automatically`);
}

function whenHeld(seen: Situation, hold: Hold): NextAction {
  const { state, breakerIsOpen, member, reserve } = seen;
  const called = inCommands(seen);
  const isLost = isForgotten({
    hasMember: member !== undefined,
    state: hold.state,
    destination: reserve === undefined ? undefined : 'WarmPool',
  });
  const what = isLost
    ? 'the ledger has lost its number: retry it, which launches it again under the number in its tag; or abandon the instance'
    : `fix why ${hold.state} failed (${hold.error}), then retry it; or abandon the instance`;
  const commands = [
    ...(isLost ? [] : [`muster log ${called}`]),
    `muster retry ${called}`,
    `muster abandon ${called}`,
    `muster hold ${called} --for 4h`,
  ];
  if (hold.endsAt === undefined || !isInLaunchHook(state))
    return {
      whose: 'operator',
      what: `${what}. No lifecycle action waits for it: it stays as it is until then`,
      commands,
    };
  const then = 'it is taken out of its target groups and DNS, abandoned and replaced';
  if (!breakerIsOpen) return { whose: 'operator', what, deadline: { at: hold.endsAt, then }, commands };
  const open = `${what}. The breaker is open: nothing is abandoned automatically`;
  const limit = hold.hookEndsAt;
  return {
    whose: 'operator',
    what: open,
    ...(limit !== undefined && {
      deadline: { at: limit, then: 'its lifecycle hook ends, and its group terminates it' },
    }),
    commands: [...commands, `muster resume ${quotedIfOdd(hold.group)}`],
  };
}

function whenRunning(seen: Situation): NextAction {
  const { at } = seen;
  if (at === undefined) return by('muster', 'its launch runs');
  const said = at.said === undefined ? '' : `: ${at.said}`;
  const what = `${at.state} runs${said}`;
  const error = at.error ?? '';
  if (/^Build(Queued|Running)/.test(error)) return by('jenkins', what, [`muster log ${inCommands(seen)} -f`]);
  if (error === 'JenkinsUnavailable')
    return by('operator', `Jenkins is unreachable${said}. Bring it back: the launch continues by itself`);
  if (error.startsWith('Target')) return by('load balancer', what);
  if (error === 'DnsPending') return by('dns', what);
  return by('muster', what);
}

function whenWaiting(seen: Situation): NextAction {
  const { launch, mistakes } = seen;
  if (launch === 'SUCCEEDED') return by('auto scaling', 'its launch is done: it waits for another hook of its group');
  if (launch === undefined && mistakes !== undefined)
    return by('operator', `no launch of ${seen.group} begins until its settings are fixed: ${mistakes}`);
  if (launch === undefined) return by('muster', 'it waits for its launch, which begins within two minutes');
  // Failed, and not held yet: the outcome is being reported, or the event was lost and the reconciler will find the
  // failure.
  return by('muster', `its launch ended as ${launch}: it is put on hold within two minutes`, [
    `muster retry ${inCommands(seen)}`,
  ]);
}
