import { createInterface } from 'node:readline/promises';
import { UsageInvalid } from './failures';
import type { Io } from './io';

/**
 * Asks before something that cannot be undone. Only `y` and `yes` mean it.
 *
 * @throws UsageInvalid where there is no terminal to ask at: a script passes `--yes`.
 */
export async function confirm(io: Io, question: string, { yes }: { readonly yes?: boolean }): Promise<boolean> {
  if (yes === true) return true;
  if (io.in.isTTY !== true) throw new UsageInvalid(`${question} There is no terminal to ask on: use --yes`);
  const lines = createInterface({ input: io.in, output: io.err });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: io.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}
