import { isExecutionAlreadyExists, isExecutionNotFound } from '../../shared/aws-errors';
import type { Logger } from '../../shared/logger';
import { StepError } from '../contracts/errors';
import { EventRefused, readSignals, type IgnoredName, type Signal } from '../contracts/events';
import { launchSchema, type Launch } from '../contracts/launch';
import type { GroupSettings } from '../contracts/settings';
import { executionArn, executionName } from '../domain/execution-name';
import { admit, decideRepeat, type Earlier } from '../domain/start';
import type { AutoScaling } from '../ports/auto-scaling';
import type { Settings } from '../ports/settings';
import type { StepFunctions } from '../ports/step-functions';

/** What became of one message. */
export type Started =
  | { readonly action: 'started'; readonly reason: string; readonly execution: string }
  | { readonly action: 'ignored'; readonly name: IgnoredName | 'NotOurs' | 'Duplicate'; readonly reason: string };

interface Deps {
  settings: Settings;
  autoScaling: AutoScaling;
  stepFunctions: StepFunctions;
  stateMachineArn: string;
  log: Logger;
}

// So often can one instance run through the same hook; more means that something starts launches in a circle.
const maxAttempts = 50;

/**
 * Starts a scale-out for each launch that a message tells of, once, however often and in whatever form it is told.
 *
 * @throws EventRefused when (part of) the message is malformed, after the rest of it has been served.
 */
export const makeHandler =
  (deps: Deps) =>
  async (message: unknown): Promise<Started[]> => {
    const signals = readSignals(message);
    const results: Started[] = [];
    for (const signal of signals) {
      if (signal.kind !== 'refused') results.push(await serve(deps, signal));
    }
    const refusals = signals.flatMap((signal) => (signal.kind === 'refused' ? [signal.reason] : []));
    if (refusals.length > 0) {
      deps.log.error('message refused', { reasons: refusals });
      throw new EventRefused(refusals.join('\n'));
    }
    return results;
  };

async function serve(deps: Deps, signal: Exclude<Signal, { kind: 'refused' }>): Promise<Started> {
  const result: Started =
    signal.kind === 'ignored'
      ? { action: 'ignored', name: signal.name, reason: signal.reason }
      : await serveLaunch(deps, signal.launch);
  const about = signal.kind === 'launch' ? { group: signal.launch.group, instance: signal.launch.instanceId } : {};
  deps.log.info(result.reason, { ...about, ...result });
  return result;
}

async function serveLaunch(deps: Deps, launch: Launch): Promise<Started> {
  const settings = await readSettings(deps.settings, launch.group);
  if (settings === undefined)
    return { action: 'ignored', name: 'NotOurs', reason: `group ${launch.group} has no settings` };
  const admission = admit(launch, settings);
  if (admission.action === 'ignore') return { action: 'ignored', name: 'NotOurs', reason: admission.reason };
  return start(deps, launch, admission.reason);
}

async function readSettings(settings: Settings, group: string): Promise<GroupSettings | undefined> {
  try {
    return await settings.read(group);
  } catch (error) {
    if (error instanceof StepError && error.name === 'GroupNotManaged') return undefined;
    throw error;
  }
}

async function start(deps: Deps, launch: Launch, reason: string): Promise<Started> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const name = executionName(launch, attempt);
    try {
      const input = { stateMachineArn: deps.stateMachineArn, name, input: JSON.stringify(launch) };
      const { executionArn: execution } = await deps.stepFunctions.startExecution(input);
      return { action: 'started', reason, execution: execution ?? name };
    } catch (error) {
      if (!isExecutionAlreadyExists(error)) throw error;
    }
    const repeat = decideRepeat(launch, await earlier(deps, name), await lifecycleState(deps.autoScaling, launch));
    if (repeat.action === 'ignore')
      return { action: 'ignored', name: 'Duplicate', reason: `${name}: ${repeat.reason}` };
  }
  return { action: 'ignored', name: 'Duplicate', reason: `${launch.instanceId} was launched ${maxAttempts} times` };
}

async function earlier({ stepFunctions, stateMachineArn }: Deps, name: string): Promise<Earlier> {
  try {
    const execution = await stepFunctions.describeExecution({ executionArn: executionArn(stateMachineArn, name) });
    return { status: execution.status ?? 'RUNNING', token: tokenIn(execution.input) };
  } catch (error) {
    // Its name is blocked for 90 days after its end, and just as long it can be described: it ended this moment.
    if (isExecutionNotFound(error)) return { status: 'SUCCEEDED', token: undefined };
    throw error;
  }
}

function tokenIn(input: string | undefined): string | null | undefined {
  try {
    const parsed = launchSchema.safeParse(JSON.parse(input ?? ''));
    return parsed.success ? (parsed.data.lifecycle?.token ?? null) : undefined;
  } catch {
    return undefined;
  }
}

async function lifecycleState(autoScaling: AutoScaling, { instanceId }: Launch): Promise<string | undefined> {
  const { AutoScalingInstances } = await autoScaling.describeAutoScalingInstances({ InstanceIds: [instanceId] });
  return AutoScalingInstances?.[0]?.LifecycleState;
}
