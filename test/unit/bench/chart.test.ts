import { drawChart, logScale, yTicks } from '../../bench/plot/chart';

const chart = {
  title: 'A <title> & more',
  subtitle: 'below it',
  xLabel: 'launches',
  yLabel: 'seconds',
  lines: [
    {
      name: 'one',
      colour: '#123456',
      points: [
        { x: 1, y: 100 },
        { x: 1000, y: 1000, note: 'too late' },
      ],
    },
    {
      name: 'other',
      colour: '#654321',
      dashed: true,
      points: [
        { x: 1, y: 90 },
        { x: 1000, y: 95 },
      ],
    },
  ],
};

test('a logarithmic scale gives each factor of ten the same room', () => {
  const { at } = logScale([1, 10, 1000], [100, 400]);
  expect([1, 10, 100, 1000].map(at)).toEqual([100, 200, 300, 400]);
});

test('ticks stand at 1, 2 and 5 times the powers of ten, within the values', () => {
  expect(yTicks([90, 2500])).toEqual([100, 200, 500, 1000, 2000]);
});

test('a chart is well-formed, and names its axes, lines and notes', () => {
  const svg = drawChart(chart);
  expect(svg).toContain('A &lt;title&gt; &amp; more');
  for (const name of ['launches', 'seconds', 'one', 'other', 'too late', '1,000'])
    expect(svg).toContain(`>${name}</text>`);
  expect(svg.match(/<circle/g)).toHaveLength(4);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const open = [...svg.matchAll(/<(\w+)(?:\s[^>]*[^/>])?>/g)].map(([, name]) => name);
  const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
  expect(closed.sort()).toEqual(open.sort());
});

test('higher values stand higher', () => {
  const [low, high] = [...drawChart(chart).matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(high).toBeLessThan(low!);
});
