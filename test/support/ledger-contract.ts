import type { Ledger } from '../../functions/fleet/ports/ledger';
import { describeSaveBuild, describeUpdate } from './ledger-contract/change';
import { describeClaim, describeConcurrency } from './ledger-contract/claim';
import { describeFencing, describeFree } from './ledger-contract/free';
import { describeHistory, describeUnknownGroup } from './ledger-contract/history';

export { at, claimOf, recordOf } from './ledger-contract/samples';

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
    describe('free', () => describeFree(use));
    describe('a stale holder', () => describeFencing(use));
    describe('history', () => describeHistory(use));
    describe('a group that nobody knows', () => describeUnknownGroup(use));
    describe('many at once', () => describeConcurrency(use));
  });
}
