import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { fleetMetrics, metricNamespace } from '../../../functions/fleet/contracts/metrics';
import { jsonLogger, embeddedMetrics } from '../../../functions/shared/runtime';
import { specOf } from '../../../infra/systems/fleet/functions';
import type { FunctionName } from '../../../infra/systems/fleet/function-permissions';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import type { WorldOptions } from '../launches/world';
import { historyEventBytes, invocationMs, platformLogBytes } from '../assumptions';
import { unitsOf } from './ledger-units';
import { noUsage, type Usage } from './prices';

/** Counts what launches use up. */
export interface Meter {
  /** For the world that is to be counted. */
  readonly options: Pick<
    WorldOptions,
    'interceptPorts' | 'log' | 'metrics' | 'prepare' | 'onInvocation' | 'reconciler'
  >;
  /** Of all launches together, so far. */
  usage(): Usage;
}

/**
 * Counts real calls, real log lines and real history events. Without the reconciler, which runs every minute whether
 * anything is launched or not: README counts it to the month.
 */
export function createMeter(): Meter {
  const sum = { ...noUsage };
  const write = (line: string) => {
    sum.functionLogBytes += Buffer.byteLength(line) + 1;
  };
  // Only the timestamp is taken from it, which is as long at any time.
  const clock = { now: () => new Date(0) };
  return {
    options: {
      reconciler: false,
      log: jsonLogger(write),
      metrics: embeddedMetrics({ namespace: metricNamespace, definitions: fleetMetrics, clock, write }),
      interceptPorts: (ports) => ({
        ...ports,
        ledger: countLedger(ports.ledger, ({ reads, writes }) => {
          sum.readUnits += reads;
          sum.writeUnits += writes;
        }),
      }),
      onInvocation: (name) => {
        sum.invocations += 1;
        sum.gbSeconds += (memoryMb(name) / 1024) * (invocationMs / 1000);
        sum.functionLogBytes += platformLogBytes;
      },
      prepare: (lab) =>
        countHistory(lab, (event) => {
          sum.transitions += transitionsOf(event);
          sum.historyLogBytes += historyEventBytes + Buffer.byteLength(JSON.stringify(event));
        }),
    },
    usage: () => ({ ...sum }),
  };
}

/** Per launch. */
export function shareOf(usage: Usage, launches: number): Usage {
  const share = (total: number) => total / launches;
  return {
    transitions: share(usage.transitions),
    invocations: share(usage.invocations),
    gbSeconds: share(usage.gbSeconds),
    readUnits: share(usage.readUnits),
    writeUnits: share(usage.writeUnits),
    functionLogBytes: share(usage.functionLogBytes),
    historyLogBytes: share(usage.historyLogBytes),
  };
}

/**
 * What an event says of transitions. Each state entered is one, and each try of a Task after its first: a retry, or
 * the first try after a redrive, which enters no state. So for a Task the tries are counted, for the rest the entries.
 */
export function transitionsOf({ type = 'ExecutionStarted' }: Pick<HistoryEvent, 'type'>): number {
  if (type === 'TaskScheduled' || type === 'LambdaFunctionScheduled') return 1;
  return type.endsWith('StateEntered') && type !== 'TaskStateEntered' ? 1 : 0;
}

function countHistory({ muster }: Lab, count: (event: HistoryEvent) => void): void {
  muster.engine.on('history', ({ event }) => count(event));
}

function countLedger(ledger: Ports['ledger'], count: (units: { reads: number; writes: number }) => void) {
  return intercept(ledger, async ({ operation, input }, proceed) => {
    let answer: unknown;
    try {
      answer = await proceed();
      return answer;
    } finally {
      count(
        await unitsOf({ operation, input, answer, member: (holder) => ledger.member(holder.group, holder.instanceId) }),
      );
    }
  });
}

/** Of a step by the state machine's name for it (`ClaimIndex`), of a trigger by its folder's. */
function memoryMb(name: string): number {
  const folder = name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return specOf(folder as FunctionName).memoryMb;
}
