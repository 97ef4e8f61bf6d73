import { gzipSync } from 'node:zlib';
import { mostDocumentBytes } from '../shared/incidents/store';
import { shrink, weightsOf } from './domain/rules/forgetting';
import type { DetectorState } from './domain/rules/state';

/** A text of more could take more memory than there is. */
const mostCharacters = 8e6;
/** A character is three bytes at most, and packing adds next to nothing. */
const surelyFits = mostDocumentBytes / 4;

/**
 * A state as the store takes it: who is to be remembered is chosen by clients, and a document that is too large would
 * stop the reading of all logs of the cluster. What is largest is halved until it fits; the newest is kept. Changes what
 * it is given.
 */
export function shrinkState(state: DetectorState): DetectorState {
  const shares = { failures: 1, successes: 1, sprays: 1, sessions: 1, accounts: 1 };
  for (;;) {
    const weights = weightsOf(state);
    const kinds = Object.keys(shares) as (keyof DetectorState)[];
    if (kinds.reduce((sum, kind) => sum + weights[kind], 0) < mostCharacters) {
      const text = JSON.stringify(state);
      if (text.length < surelyFits || gzipSync(text).length <= mostDocumentBytes) return state;
    }
    const [heaviest = 'failures'] = kinds.sort((a, b) => weights[b] - weights[a]);
    shares[heaviest] /= 2;
    shrink(state, heaviest, shares[heaviest]);
  }
}
