import type { Ledger } from '../../functions/fleet/ledger/port';
import { describeEndBuild, describeSaveBuild, describeUpdate } from './ledger-contract/change';
import { describeClaim, describeConcurrency } from './ledger-contract/claim';
import { describeFencing, describeFree } from './ledger-contract/free';
import { describeHistory, describeUnknownGroup } from './ledger-contract/history';
import { describeRecords } from './ledger-contract/records';
import { describeRemoval } from './ledger-contract/removal';
import { describeState } from './ledger-contract/state';

export { at, breakerOf, claimOf, holdOf, observationOf, recordOf, reserveOf } from './ledger-contract/samples';

/** Runs the port's sentences as tests over `makeLedger`, which gives a new, empty ledger each time. */
export function describeLedgerContract(name: string, makeLedger: () => Promise<Ledger>): void {
  describe(`${name} keeps the contract of the ledger`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await makeLedger();
    });
    const use = () => ledger;

    describe('claim', () => describeClaim(use));
    describe('update', () => describeUpdate(use));
    describe('saveBuild', () => describeSaveBuild(use));
    describe('endBuild', () => describeEndBuild(use));
    describe('free', () => describeFree(use));
    describe('a stale holder', () => describeFencing(use));
    describe('history', () => describeHistory(use));
    describe('what is stored whole', () => describeState(use));
    describe('removal', () => describeRemoval(use));
    describe('records', () => describeRecords(use));
    describe('an unknown group', () => describeUnknownGroup(use));
    describe('many at once', () => describeConcurrency(use));
  });
}
