import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Checker } from './checker';

export const reports: Checker = {
  name: 'reported-once',
  holds: 'a failure is reported once; a message that may be a repetition says so',
  watch: ({ world }, violate) => {
    const reported = world.reported;
    return (seen) => {
      if (seen.kind !== 'call' || seen.name !== 'sns.publish' || seen.error !== undefined) return;
      const { Message = '' } = seen.input as PublishCommandInput;
      const failure = failureOf(Message);
      if (failure === undefined) return;
      const before = reported.get(failure) ?? 0;
      reported.set(failure, before + 1);
      if (before > 0 && !Message.includes('This may be a repetition'))
        violate(
          `${failure} was reported ${before + 1} times, and the last message does not say that it may be a repetition`,
        );
    };
  },
};

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
