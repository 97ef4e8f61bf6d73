import { parseArguments as ofLab } from '../../infra/lab/cli/options';
import { parseArguments as ofSimulation } from '../simulation/options';

// The lab's and the simulation's own command lines.

test.each<[string, (args: string[]) => unknown, string[], RegExp]>([
  ['the lab', ofLab, ['--instanses', '2'], /^unknown option '--instanses': Did you mean --instances\?$/],
  ['the lab', ofLab, ['--spede=2'], /^unknown option '--spede': Did you mean --speed\?$/],
  ['the lab', ofLab, ['--speed'], /option '--speed <factor>' argument missing/],
  ['the lab', ofLab, ['stay'], /^options begin with --, got stay$/],
  [
    'the lab',
    ofLab,
    ['--instances', 'x', '--speed=-1', '--deploy', 'a/b'],
    /--instances takes .*, got x\n--speed takes .*, got -1\n--deploy goes with --jenkins/,
  ],
  ['the simulation', ofSimulation, ['--sedes', '2'], /^unknown option '--sedes': Did you mean .*--seeds/],
  [
    'the simulation',
    ofSimulation,
    ['--seeds', '0', '--kinds', 'odd'],
    /--kinds takes kinds of worlds, got odd.*\n--seeds/,
  ],
])('%s says what is wrong with its options', (_, parse, args, text) => {
  expect(() => parse(args)).toThrow(text);
  expect(() => parse(args)).toThrow(expect.objectContaining({ name: 'ArgumentsInvalid' }) as Error);
});

test('they mean what they did', () => {
  expect(ofLab([])).toEqual({ help: false, instances: 3, speed: 20, seed: '1', keep: false, stay: false });
  expect(ofLab(['-h'])).toMatchObject({ help: true });
  const jenkins = ['--jenkins=https://ci.example.com', '--deploy', 'a/b', '--keep', '--seed', '-1'];
  expect(ofLab(jenkins)).toMatchObject({ speed: 1, keep: true, seed: '-1', jenkins: { deploy: 'a/b' } });
  const several = ofSimulation(['--mutation', 'a', '--mutation', 'b']);
  expect(several).toMatchObject({ only: ['a', 'b'], mutations: true, seeds: 200, single: false });
  expect(ofSimulation(['--seed', '7', '--actions', '1,2', '--trace'])).toMatchObject({
    from: 7,
    single: true,
    trace: true,
    actions: [1, 2],
  });
});
