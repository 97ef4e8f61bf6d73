import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Flow } from '../flow';

/** The types of state for which the history has a `StateAborted` event. */
const abortableTypes = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/**
 * Records the state of `child` that was entered and not exited; also of the child that `failed`. What is inside comes
 * first, unless it was recorded when the child failed. The events follow where `flow` stands.
 */
export function abortOpenState(flow: Flow, child: Flow, failed?: Flow): void {
  if (child.output !== undefined || child.entered === undefined) return;
  if (child !== failed) for (const inner of child.children) abortOpenState(flow, inner);
  const type = child.machine.states.get(child.at)?.type ?? '';
  if (abortableTypes.has(type)) flow.execution.history.aside(flow.cursor, `${type}StateAborted` as HistoryEventType);
}
