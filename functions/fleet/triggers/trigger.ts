import type { Logger } from '../../shared/runtime';
import { EventRefused, readSignals, type IgnoredName, type Signal } from '../contracts/events';
import { StepError } from '../contracts/errors';
import type { GroupSettings } from '../contracts/settings';
import type { SettingsStore } from '../ports/aws';

/** What became of one message. */
export type TriggerResult =
  | { readonly action: 'started'; readonly reason: string; readonly execution: string }
  | { readonly action: 'ignored'; readonly name: IgnoredName | 'NotOurs' | 'Duplicate'; readonly reason: string };

type ReadableSignal = Exclude<Signal, { kind: 'refused' }>;

/**
 * Makes a handler of messages: parses them, serves each, and writes a log line for each. Messages of another account than
 * the state machine's are ignored.
 *
 * @throws EventRefused when (part of) the message is malformed, after the rest of it has been served.
 */
export function makeTrigger(
  { log, stateMachineArn }: { readonly log: Logger; readonly stateMachineArn: string },
  serve: (signal: Exclude<ReadableSignal, { kind: 'ignored' }>) => Promise<TriggerResult>,
): (message: unknown) => Promise<TriggerResult[]> {
  const account = stateMachineArn.split(':')[4];
  return async (message) => {
    const signals = readSignals(message, account);
    const results: TriggerResult[] = [];
    for (const signal of signals) {
      if (signal.kind === 'refused') continue;
      const result: TriggerResult =
        signal.kind === 'ignored'
          ? { action: 'ignored', name: signal.name, reason: signal.reason }
          : await serve(signal);
      log.info(result.reason, { ...subjectOf(signal), ...result });
      results.push(result);
    }
    const refusals = signals.flatMap((signal) => (signal.kind === 'refused' ? [signal.reason] : []));
    if (refusals.length > 0) {
      log.error('message refused', { reasons: refusals });
      throw new EventRefused(refusals.join('\n'));
    }
    return results;
  };
}

function subjectOf(signal: ReadableSignal): { group?: string; instance?: string } {
  switch (signal.kind) {
    case 'launch':
      return { group: signal.launch.group, instance: signal.launch.instanceId };
    case 'termination':
      return { group: signal.termination.group, instance: signal.termination.instanceId };
    case 'ignored':
      return {};
  }
}

/** The settings of a group; `undefined` for a group that Muster does not manage. */
export async function readSettingsIfAny(settings: SettingsStore, group: string): Promise<GroupSettings | undefined> {
  try {
    return await settings.read(group);
  } catch (error) {
    if (error instanceof StepError && error.name === 'GroupNotManaged') return undefined;
    throw error;
  }
}
