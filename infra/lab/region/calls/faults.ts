import type { Random } from '../../../../functions/shared/random';
import { intercept, type PortCall } from './intercept';

/**
 * The fault injected into one call.
 *
 * `refuse`: nothing happens, the caller gets the error. `lose-answer`: the call is made, its effect is there, and the
 * caller gets the error instead of the answer. `throttle`: refused with the service's own word for "slow down".
 */
export type Fault =
  | { readonly kind: 'refuse'; readonly error?: Error }
  | { readonly kind: 'lose-answer'; readonly error?: Error }
  | { readonly kind: 'throttle'; readonly error: Error };

/** Decides about one call. `count` counts the calls of this operation, from 1. */
export type FaultPlan = (call: PortCall & { readonly count: number }) => Fault | undefined;

/** The same port, hit by what the plan says. */
export function withFaults<Port extends object>(port: Port, plan: FaultPlan): Port {
  const counts = new Map<string, number>();
  return intercept(port, async (call, proceed) => {
    const count = (counts.get(call.operation) ?? 0) + 1;
    counts.set(call.operation, count);
    const fault = plan({ ...call, count });
    if (fault === undefined) return proceed();
    if (fault.kind === 'lose-answer') await proceed();
    throw fault.error ?? connectionLost();
  });
}

/** What the SDK throws when the connection breaks: no status, and no word on whether the call had its effect. */
export function connectionLost(): Error {
  const error = new Error('socket hang up');
  error.name = 'TimeoutError';
  return Object.assign(error, { code: 'ECONNRESET', $metadata: { attempts: 1, totalRetryDelay: 0 } });
}

/** Hits the given calls of one operation: `on('createTags', { kind: 'lose-answer' })` the first, by default. */
export function on(operation: string, fault: Fault, ...counts: number[]): FaultPlan {
  const hit = counts.length === 0 ? [1] : counts;
  return (call) => (call.operation === operation && hit.includes(call.count) ? fault : undefined);
}

/** The first plan that has something for a call decides. */
export function either(...plans: FaultPlan[]): FaultPlan {
  return (call) => {
    for (const plan of plans) {
      const fault = plan(call);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** Hits calls at random, each with the chance (0 to 1) given. */
export function randomly(
  random: Random,
  chances: { readonly refuse?: number; readonly loseAnswer?: number },
): FaultPlan {
  return () => {
    const drawn = random.next();
    const refuse = chances.refuse ?? 0;
    if (drawn < refuse) return { kind: 'refuse' };
    return drawn < refuse + (chances.loseAnswer ?? 0) ? { kind: 'lose-answer' } : undefined;
  };
}
