import type { Io } from '../io';
import { oneLine } from '../render/plain';
import { printJson } from './with-world';
import type { FleetOptions } from '../open-world';

/** Says what came of something that was done: its reason, or all of it as JSON. */
export function printOutcome(io: Io, { json }: Pick<FleetOptions, 'json'>, done: { readonly reason: string }): void {
  if (json === true) printJson(io, done);
  else io.out.write(`${oneLine(done.reason)}\n`);
}
