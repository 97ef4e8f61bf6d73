import { parseArguments, seedOfRun } from '../../../infra/lab/cli/options';

describe('what the ids of a run are drawn from', () => {
  test.each([[[]], [['--seed', 'mine']]])("with a real Jenkins is each run's own, with %j", (more) => {
    const options = parseArguments(['--jenkins', 'https://ci.example.com', ...more]);
    expect(seedOfRun(options, 1000)).not.toBe(seedOfRun(options, 2000));
    expect(seedOfRun(options, 1000).startsWith(options.seed)).toBe(true);
  });

  test('with the stand-in is the seed alone', () => {
    expect(seedOfRun(parseArguments(['--seed', 'mine']), 1000)).toBe('mine');
  });
});
