import { simulate, type PolicyOptions, type PolicyResult, type Rule } from '../../support/probes/policy';

// Some seeds of a policy in a process of its own: it is told which, and tells what came of each.

export interface Seeds {
  readonly options: Omit<PolicyOptions, 'seed'>;
  readonly from: number;
  readonly until: number;
}
export type OfSeeds = readonly Record<Rule, PolicyResult>[];

if (require.main === module) {
  process.on('message', (asked) => {
    const { options, from, until } = asked as Seeds;
    process.send?.(Array.from({ length: until - from }, (_, n) => simulate({ ...options, seed: from + n })));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}
