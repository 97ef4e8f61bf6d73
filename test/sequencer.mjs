import Sequencer from '@jest/test-sequencer';

// A fresh clone knows no durations, and jest then begins with the largest files. The longest of all is a small one: begun
// last, it would leave every other core idle for two minutes.
const longest = [
  'test/simulation/simulation.test.ts',
  'test/workflow/launch/numbers.test.ts',
  'test/unit/webhooks/kill-points.test.ts',
  'test/workflow/release/interrupted-release.test.ts',
  'test/unit/permissions/lab.test.ts',
  'test/simulation/mutations/mutations.test.ts',
];

export default class LongestFirst extends (Sequencer.default ?? Sequencer) {
  sort(tests) {
    const rank = ({ path }) => {
      const at = longest.findIndex((name) => path.replaceAll('\\', '/').endsWith(name));
      return at < 0 ? longest.length : at;
    };
    return super.sort(tests).sort((left, right) => rank(left) - rank(right));
  }
}
