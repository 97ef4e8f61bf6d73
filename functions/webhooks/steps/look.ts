import type { Clock } from '../../shared/runtime';
import { sha256 } from '../stager/keys';

/** A look into the warehouse that failed or hangs is made again after so long; until then it is the same one. */
const askAnewMs = 120_000;

/** Names a query that a visit of a state makes, again and again until it has its answer. `kind`: one letter. */
export function lookToken(
  kind: string,
  visit: { readonly batch: string; readonly run: { execution: string; enteredAt: string; redrives: number } },
  clock: Clock,
): string {
  const { execution, enteredAt, redrives } = visit.run;
  const which = sha256(`${execution} ${enteredAt} ${redrives}`).slice(0, 12);
  return `${visit.batch}-${kind}${which}-${Math.floor(clock.now().getTime() / askAnewMs).toString(36)}`;
}
