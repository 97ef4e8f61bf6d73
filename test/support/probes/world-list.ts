import type { World } from './worlds';

/** What a world is held to: no false alarm ever, and besides. */
export interface WorldTrial {
  readonly what: string;
  readonly world: Omit<World, 'seed'>;
  /** Every outage is found within so many seconds; left out where most regions are not heard, so that nothing can be. */
  readonly foundWithin?: number;
  /** So many mails a day at most say that nothing is known. */
  readonly unknownsADay: number;
}

const usual = { regions: 3, hours: 24, falseShare: 0.01 };
const found = { foundWithin: 120, unknownsADay: 0 };
/** What was over before the judge was back is told when it is certain that it is: quiet for a minute, well for five. */
const past = { foundWithin: 420, unknownsADay: 0 };
const twoOfFive = { ...usual, regions: 5, bursts: { regions: 2, every: 1800, lasts: 300 } };

export const worlds: readonly WorldTrial[] = [
  { what: '3 regions, 1 % of looks fail', world: usual, ...found },
  { what: '0.1 % fail', world: { ...usual, falseShare: 0.001 }, ...found },
  { what: '2 % fail', world: { ...usual, falseShare: 0.02 }, ...found },
  { what: '5 % fail', world: { ...usual, falseShare: 0.05 }, ...found },
  { what: '2 regions', world: { ...usual, regions: 2 }, ...found },
  { what: 'every 10 s, 2 % fail', world: { ...usual, falseShare: 0.02, interval: 10, hours: 8 }, ...found },
  { what: '2 of 5 regions reach nothing for 5 min each half hour', world: twoOfFive, ...found },
  { what: 'the same with 3 targets', world: { ...twoOfFive, targets: 3 }, ...found },
  {
    what: '1 of 3 regions does so, 3 targets',
    world: { ...twoOfFive, regions: 3, targets: 3, bursts: { regions: 1, every: 1800, lasts: 300 } },
    ...found,
  },
  { what: 'a region’s looks take 12 s', world: { ...usual, slow: 12 }, ...found },
  { what: 'a region’s clock is 20 s ahead', world: { ...usual, skew: 20 }, ...found },
  { what: 'a region’s clock is 20 s behind', world: { ...usual, skew: -20 }, ...found },
  // Now and then two of three regions are late at once, and nothing can be said before.
  {
    what: '5 % of messages up to 5 min late',
    world: { ...usual, late: { share: 0.05, by: 300 } },
    ...found,
    foundWithin: 180,
  },
  { what: '2 % of messages lost', world: { ...usual, lost: 0.02 }, ...found },
  { what: 'a region is cut off from a target for 20 min', world: { ...usual, regional: true }, ...found },
  { what: 'mail muted from 5 min after an outage’s begin', world: { ...usual, maintenance: 300 }, ...found },
  { what: 'mail muted from 30 s after it', world: { ...usual, maintenance: 30 }, ...found },
  { what: 'the judge down for the first 10 min of an outage', world: { ...usual, judgeDown: 600 }, ...past },
  { what: 'all silent for half an hour', world: { ...usual, silent: true }, foundWithin: 120, unknownsADay: 24 },
  { what: '1 of 3 regions heard every 15 min', world: { ...usual, held: { regions: 1, every: 900 } }, ...found },
  {
    what: '2 of 5 regions heard every 15 min',
    world: { ...usual, regions: 5, held: { regions: 2, every: 900 } },
    ...found,
  },
  { what: '2 of 3 regions heard every 15 min', world: { ...usual, held: { regions: 2, every: 900 } }, unknownsADay: 6 },
];
