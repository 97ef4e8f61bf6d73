import { noUsage } from '../../bench/cost/prices';
import { definitionOf } from '../../../infra/lab/systems/fleet/deploy-muster';
import { isWait, pollInLoops } from '../../bench/cost/looped-definition';
import { asQuickAs } from '../../bench/cost/variants';
import { countOf } from './usage';

interface State {
  readonly Type: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Seconds?: number;
  readonly Next?: string;
}
const statesOf = (definition: string) => (JSON.parse(definition) as { States: Record<string, State> }).States;
const retried = (state: State | undefined) => (state?.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);

describe('the machine that polls in loops', () => {
  const real = statesOf(definitionOf('scale-out'));
  const loops = statesOf(pollInLoops(definitionOf('scale-out'), 7));
  const tasks = Object.keys(real).filter((name) => real[name]!.Type === 'Task');

  test.each(tasks)('%s polls every name under which it waits, three transitions a poll', (name) => {
    const waits = retried(real[name]).filter(isWait);
    expect(waits).not.toHaveLength(0);
    const [caught, ...others] = loops[name]!.Catch!;
    expect(others).toEqual([]);
    expect(caught!.ErrorEquals).toEqual(waits);
    const choice = loops[caught!.Next]!;
    const wait = loops[choice.Choices![0]!.Next]!;
    expect([choice.Type, wait.Type, wait.Seconds, wait.Next]).toEqual(['Choice', 'Wait', 7, name]);
  });

  test.each(tasks)('%s keeps its other retries, and is otherwise as it was', (name) => {
    expect(retried(loops[name])).toEqual(retried(real[name]).filter((error) => !isWait(error)));
    expect({ ...loops[name], Retry: [], Catch: [] }).toEqual({ ...real[name], Retry: [], Catch: [] });
  });

  test('goes into Parallel and Map', () => {
    const task = { Type: 'Task', Retry: [{ ErrorEquals: ['DnsPending', 'States.Timeout'] }], End: true };
    const inner = { StartAt: 'Inner', States: { Inner: task } };
    const outer = {
      States: { Both: { Type: 'Parallel', Branches: [inner] }, Each: { Type: 'Map', ItemProcessor: inner } },
    };
    const text = pollInLoops(JSON.stringify(outer), 5);
    expect(text.match(/"Inner: wait":/g)).toHaveLength(2);
    expect(text.match(/"ErrorEquals":\["States.Timeout"\]/g)).toHaveLength(2);
  });

  test('brings an instance into service: the engine loads it strictly, and polls it by entering states', async () => {
    const { result, usage } = await countOf({ scaleOut: pollInLoops(definitionOf('scale-out'), 10) });
    expect(result).toMatchObject({ failedExecutions: 0, abandoned: 0, records: [{ builds: [{}, {}] }] });
    const ours = await countOf({});
    // Polls: what was invoked beyond the steps and the trigger. Ours are a transition each, those of loops three.
    const steps = tasks.length;
    expect(ours.usage.transitions).toBe(steps + (ours.usage.invocations - steps - 1));
    expect(usage.transitions).toBe(steps + 3 * (usage.invocations - steps - 1));
    expect(result.times[0]!.overhead).toBeGreaterThan(ours.result.times[0]!.overhead);
  });
});

describe('the cheapest loop that is as quick', () => {
  const variant = (overhead: number, transitions: number) => ({
    results: [{ times: [{ overhead }] }],
    usage: { ...noUsage, transitions },
  });
  const ours = variant(9, 30);

  test('is not one that is cheaper but slower', () => {
    const [slow, quick, quicker] = [variant(60, 20), variant(8, 100), variant(4, 300)];
    expect(asQuickAs(ours, [slow, quicker, quick])).toBe(quick);
  });

  test('may be as quick to the millisecond, and may be missing', () => {
    expect(asQuickAs(ours, [variant(9, 50)])).toBeDefined();
    expect(asQuickAs(ours, [variant(10, 50)])).toBeUndefined();
  });
});
