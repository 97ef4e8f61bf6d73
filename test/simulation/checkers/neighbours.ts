import type { Checker } from './checker';

export const neighbours: Checker = {
  name: 'neighbours-keep-theirs',
  holds: 'what another deployment has in service stays what its name leads to',
  watch:
    ({ neighbour }, violate) =>
    (seen) => {
      if (neighbour === undefined || seen.kind !== 'call' || seen.name !== 'route53.changeResourceRecordSets') return;
      for (const what of neighbour.robbed()) violate(what);
    },
};
