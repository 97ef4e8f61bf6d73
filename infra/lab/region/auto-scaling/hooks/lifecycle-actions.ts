import type { Timer } from '../../../kernel/clock';
import type { RegionContext } from '../../base/context';
import { uuid } from '../../base/identifiers';
import type { Announcer } from '../announce/announcer';
import * as errors from '../groups/errors';
import type { GroupInstance, Hook, ActionResult } from '../groups/group';
import type { Movement } from '../groups/movement';

/** How a wait of an instance ended. */
export type Outcome = { readonly result: 'CONTINUE' } | { readonly result: 'ABANDON'; readonly reason: string };

/** Which action: by its token, or, if there is none, by its instance. */
export interface Selector {
  readonly groupName: string;
  readonly hookName: string;
  readonly token?: string | undefined;
  readonly instanceId?: string | undefined;
}

/** What an instance waits for, and on which movement. */
export interface Question {
  readonly hooks: readonly Hook[];
  readonly movement: Movement;
  /** Known tokens, by hook, to be used again; the others are new. */
  readonly tokens: Readonly<Record<string, string>>;
}

interface Wait {
  readonly instance: GroupInstance;
  readonly actions: Set<Action>;
  readonly done: (outcome: Outcome) => void;
}

interface Action {
  readonly wait: Wait;
  readonly hook: Hook;
  readonly token: string;
  readonly endsLatestAt: number;
  deadline: number;
  timer: Timer;
}

const seconds = 1000;
const longest = 48 * 3_600 * seconds;

/** A hook's global time-out in seconds: heartbeats cannot stretch an action beyond it. */
export function globalTimeout(hook: Hook): number {
  return Math.min(longest / seconds, 100 * hook.heartbeatTimeout);
}

/** The lifecycle actions that are open. An instance waits until every hook of the transition has been answered. */
export class LifecycleActions {
  readonly #context: RegionContext;
  readonly #announcer: Announcer;
  readonly #byToken = new Map<string, Action>();
  readonly #byInstance = new Map<string, Wait>();

  constructor(context: RegionContext, announcer: Announcer) {
    this.#context = context;
    this.#announcer = announcer;
  }

  /** Opens an action for each hook and announces it. */
  begin(instance: GroupInstance, { hooks, movement, tokens }: Question, done: (outcome: Outcome) => void): void {
    const wait: Wait = { instance, actions: new Set(), done };
    this.#byInstance.set(instance.id, wait);
    for (const hook of hooks) this.#open(wait, hook, tokens[hook.name] ?? uuid(this.#context.random));
    for (const { hook, token } of wait.actions) this.#announcer.lifecycleAction(instance, { hook, token, movement });
  }

  complete(selector: Selector, result: ActionResult): void {
    const action = this.#find(selector);
    this.#close(action, result, 'Lifecycle Action Completed with ABANDON Result');
  }

  /** Starts the heartbeat's time-out again, in full, but not beyond the global one. */
  heartbeat(selector: Selector): void {
    const action = this.#find(selector);
    action.deadline = this.#deadline(action.hook, action.endsLatestAt);
  }

  /** Drops what is open of an instance that left in another way. No event is sent. */
  cancel(instance: GroupInstance): void {
    const wait = this.#byInstance.get(instance.id);
    if (wait !== undefined) this.#drop(wait);
  }

  /** The hook is deleted: what waits in it is abandoned on a launch, and continues where it terminates. */
  endAll(groupName: string, hook: Hook): void {
    const result = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'ABANDON' : 'CONTINUE';
    for (const action of [...this.#byToken.values()]) {
      // An action that was dropped with another one of its instance is over.
      if (!isOf(action, groupName, hook.name) || !this.#byToken.has(action.token)) continue;
      this.#close(action, result, 'Lifecycle hook was deleted');
    }
  }

  /** The tokens that are open for an instance, by hook. */
  tokens(instanceId: string): Record<string, string> {
    const actions = this.#byInstance.get(instanceId)?.actions ?? [];
    return Object.fromEntries([...actions].map((action) => [action.hook.name, action.token]));
  }

  #open(wait: Wait, hook: Hook, token: string): void {
    const now = this.#context.clock.millis();
    const endsLatestAt = now + globalTimeout(hook) * seconds;
    const deadline = this.#deadline(hook, endsLatestAt);
    const timer = this.#context.clock.after(deadline - now, () => this.#due(action));
    const action: Action = { wait, hook, token, endsLatestAt, deadline, timer };
    wait.actions.add(action);
    this.#byToken.set(token, action);
  }

  #deadline(hook: Hook, endsLatestAt: number): number {
    return Math.min(this.#context.clock.millis() + hook.heartbeatTimeout * seconds, endsLatestAt);
  }

  /** A heartbeat only moves the deadline; the timer finds that out when it fires. */
  #due(action: Action): void {
    const left = action.deadline - this.#context.clock.millis();
    if (left > 0) action.timer = this.#context.clock.after(left, () => this.#due(action));
    else this.#close(action, action.hook.defaultResult, 'Heartbeat Timeout');
  }

  #close(action: Action, result: ActionResult, why: string): void {
    const { wait } = action;
    if (result === 'ABANDON') {
      this.#drop(wait);
      const text = `Lifecycle Action with token ${action.token} was abandoned: ${why}`;
      wait.done({ result, reason: `Instance failed to complete user's Lifecycle Action: ${text}` });
      return;
    }
    this.#forget(action);
    wait.actions.delete(action);
    if (wait.actions.size > 0) return;
    this.#drop(wait);
    wait.done({ result });
  }

  #drop(wait: Wait): void {
    wait.actions.forEach((action) => this.#forget(action));
    this.#byInstance.delete(wait.instance.id);
  }

  #forget(action: Action): void {
    action.timer.cancel();
    this.#byToken.delete(action.token);
  }

  #find({ groupName, hookName, token, instanceId }: Selector): Action {
    if (token !== undefined) {
      const action = this.#byToken.get(token);
      if (action === undefined || !isOf(action, groupName, hookName)) throw errors.noActiveAction({ token });
      return action;
    }
    if (instanceId === undefined) {
      throw errors.validationError('Either the lifecycle action token or the instance ID must be specified');
    }
    const actions = [...(this.#byInstance.get(instanceId)?.actions ?? [])];
    const action = actions.find((candidate) => isOf(candidate, groupName, hookName));
    if (action === undefined) throw errors.noActiveAction({ instanceId });
    return action;
  }
}

function isOf(action: Action, groupName: string, hookName: string): boolean {
  return action.wait.instance.group.name === groupName && action.hook.name === hookName;
}
