import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Hold } from '../../../functions/fleet/ledger/port';
import type { Invocation } from '../invocation';
import type { ServiceCall } from '../world/observe';
import type { Checker } from './checker';

export const reports: Checker = {
  name: 'reported-once',
  holds: 'a failure is reported once; only what may be lost with its sender is sent again, and says so',
  watch: ({ world }, violate) => {
    const { reported } = world;
    /** Who has taken the message about a failure upon them. */
    const senders = new Map<string, Invocation[]>();
    return (seen) => {
      if (seen.kind !== 'call' || seen.error !== undefined) return;
      if (seen.name === 'ledger.saveHold') noteSender(seen, senders);
      if (seen.name !== 'sns.publish') return;
      const { Message = '' } = seen.input as PublishCommandInput;
      const failure = failureOf(Message);
      if (failure === undefined) return;
      // What the ledger has forgotten may be told again.
      const isUnsure = world.observedLedger.unsure.has(/_(i-[0-9a-f]+)_/.exec(failure)?.[1] ?? '');
      const before = reported.get(failure) ?? 0;
      reported.set(failure, before + 1);
      const isMarked = Message.includes('This may be a repetition');
      if (before > 0 && !isMarked && !isUnsure)
        violate(
          `${failure} was reported ${before + 1} times, and the last message does not say that it may be a repetition`,
        );
      const earlier = (senders.get(failure) ?? []).filter((sender) => sender !== seen.by);
      if (isMarked && !isUnsure && earlier.every(({ faults }) => faults === 0))
        violate(`${failure} was reported as a repetition, and no fault hit the run that was to report it before`);
    };
  },
};

function noteSender({ input, by }: ServiceCall, senders: Map<string, Invocation[]>): void {
  const { execution, redrive, report } = input as Hold;
  if (report.state !== 'sending' || by === undefined) return;
  const failure = failureKey(execution, redrive);
  senders.set(failure, [...(senders.get(failure) ?? []), by]);
}

/** Which failure a message is about: the execution, and how often it had been redriven. */
function failureOf(message: string): string | undefined {
  const execution = /^Execution:\s+\S+details\/(\S+)$/m.exec(message)?.[1];
  if (execution === undefined) return undefined;
  const redriven = /^State:.*, after (one|\d+) redrives?$/m.exec(message)?.[1] ?? '0';
  return failureKey(execution, redriven === 'one' ? 1 : Number(redriven));
}

export function failureKey(execution: string, redrives: number): string {
  return `${execution} (${redrives})`;
}
