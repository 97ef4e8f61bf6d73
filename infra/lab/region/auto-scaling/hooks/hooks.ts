import type { GroupInstance, Transition } from '../groups/group';
import type { LifecycleState } from '@aws-sdk/client-auto-scaling';
import type { Movement } from '../groups/movement';
import type { LifecycleActions, Outcome } from './lifecycle-actions';

/** A place on an instance's way at which its group's hooks of one transition are asked. */
export interface Stop {
  readonly transition: Transition;
  readonly movement: Movement;
  /** The state while a hook is open, and the one after all have said CONTINUE. */
  readonly wait: LifecycleState;
  readonly proceed: LifecycleState;
  /** Known tokens, by hook; the others are new. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** Stops the instance until its hooks have been answered; at once, and without a change of state, if it has none. */
export function askHooks(
  { actions }: { readonly actions: LifecycleActions },
  instance: GroupInstance,
  stop: Stop,
  answered: (outcome: Outcome) => void,
): void {
  const hooks = instance.group.hooks.filter((hook) => hook.transition === stop.transition);
  if (hooks.length === 0) {
    answered({ result: 'CONTINUE' });
    return;
  }
  instance.state = stop.wait;
  actions.begin(instance, { hooks, movement: stop.movement, tokens: stop.tokens ?? {} }, (outcome) => {
    if (outcome.result === 'CONTINUE') instance.state = stop.proceed;
    answered(outcome);
  });
}
