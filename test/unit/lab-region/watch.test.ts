import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createRegion } from '../../../infra/lab/region';

test('who watches the bus sees each event as it is published, also one that gets lost', () => {
  const region = createRegion({
    clock: new VirtualClock(),
    random: { next: () => 0.5 },
    events: { quality: { loss: 1 } },
  });
  const seen: string[] = [];
  region.bus.watch((event) => seen.push(event['detail-type']));
  region.bus.putEvent({ source: 'test', detailType: 'Something', detail: {} });
  expect(seen).toEqual(['Something']);
});
