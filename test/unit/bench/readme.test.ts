import { summaryOf, withFigures } from '../../bench/readme';

const machine = {
  processor: 'A CPU',
  cores: 2,
  memoryGb: 8,
  node: 'v20.20.2',
  platform: 'linux-x64',
  at: '2026-11-24T10:00:00.000Z',
};
const check = { of: 'one launch', what: 'overhead', measured: 12.34, atMost: 10, unit: 's' };

test('figures are a table of what was measured against what was wanted, with remarks and the machine', () => {
  const met = { of: 'one launch', what: 'total', measured: 0.001, atMost: 0.003, unit: '$' };
  expect(summaryOf([{ checks: [check] }, { checks: [met], remark: 'Quick.' }], machine).split('\n')).toEqual([
    '| | Measured | At most | Met |',
    '|---|---|---|---|',
    '| one launch: overhead | 12.3 s | 10 s | **no** |',
    '| one launch: total | $0.0010 | $0.0030 | yes |',
    '',
    'Quick.',
    '',
    expect.stringMatching(/A CPU, 2 cores, 8 GB, Node.js v20.20.2, 2026-11-24/),
  ]);
});

describe('figures in the README', () => {
  const marks = ['<!-- figures: written by `npm run bench -- --plot` -->', '<!-- end of figures -->'];
  const readme = `before\n\n${marks[0]!}\n\nold\n\n${marks[1]!}\n\nafter\n`;

  test('replace those that were there, and nothing else', () => {
    expect(withFigures(readme, 'new')).toBe(readme.replace('old', 'new'));
    expect(withFigures(withFigures(readme, 'new'), 'newer')).toBe(readme.replace('old', 'newer'));
  });

  test('need their two marks', () => {
    expect(() => withFigures('nothing', 'new')).toThrow(/no lines/);
    expect(() => withFigures(marks.reverse().join('\n'), 'new')).toThrow(/no lines/);
  });
});

test('of a figure that is taken many times only the worst is shown', () => {
  const checks = [1, 2, 9, 4, 5].map((measured, at) => ({ ...check, of: `world ${at}`, measured }));
  const [, , ...rows] = summaryOf([{ checks: [...checks, { ...check, what: 'total' }] }], machine).split('\n');
  expect(rows.slice(0, 2)).toEqual([
    '| the worst of 5, world 2: overhead | 9 s | 10 s | yes |',
    '| one launch: total | 12.3 s | 10 s | **no** |',
  ]);
});
