import { mutations } from './mutations';
import { runMutation } from './mutate';
import type { SimulateArguments } from '../options';

/** Runs the mutations one after the other, and says of each what caught it. @returns whether all were caught. */
export async function showMutations({ only, jobs }: Pick<SimulateArguments, 'only' | 'jobs'>): Promise<boolean> {
  const wanted = mutations.filter(({ name }) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !mutations.some((mutation) => mutation.name === name));
  if (unknown.length > 0)
    throw new Error(
      `there is no mutation ${unknown.join(', ')}; there are ${mutations.map(({ name }) => name).join(', ')}`,
    );
  let all = true;
  for (const mutation of wanted) {
    const { by, seeds } = await runMutation(mutation, jobs);
    all &&= by !== undefined;
    const what =
      by === undefined
        ? `NOT CAUGHT in ${seeds} seeds`
        : `caught by ${by.violation?.checker ?? ''} in seed ${by.seed}, after ${seeds} of ${mutation.within} seeds`;
    console.log(`${mutation.name.padEnd(30)} ${what}: ${mutation.breaks}`);
  }
  return all;
}
