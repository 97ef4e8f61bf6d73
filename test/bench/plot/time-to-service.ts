import type { Series } from '../launches/bench';
import { drawChart, type Line } from './chart';

/** Time to service over the number of launches: Muster, the loops, and what no orchestration can go below. */
export function plotTimeToService(ours: readonly Series[], loops: readonly Series[]): string {
  const served = (series: readonly Series[]): Line['points'] =>
    series.map(({ launches, toService, failed }) => ({
      x: launches,
      y: toService,
      ...(failed > 0 && { note: `${failed} executions failed on the way` }),
    }));
  return drawChart({
    title: 'Launches at the same moment: time until an instance is in service',
    subtitle: 'Median, under AWS’s published API limits, in the lab’s virtual time',
    xLabel: 'launches of one group at the same moment (logarithmic)',
    yLabel: 'seconds (logarithmic)',
    lines: [
      { name: 'polled in loops of 30 s', colour: '#bc4c00', points: served(loops) },
      { name: 'Muster', colour: '#0969da', points: served(ours) },
      {
        name: 'floor: DNS, builds, first health check',
        colour: '#59636e',
        dashed: true,
        points: ours.map(({ launches, floor }) => ({ x: launches, y: floor })),
      },
    ],
  });
}
