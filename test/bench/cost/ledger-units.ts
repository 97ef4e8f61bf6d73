import { memberOf } from '../../../functions/fleet/ledger/rules';
import type { Claim, Holder, Ledger } from '../../../functions/fleet/ledger/port';

/** DynamoDB's request units. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** What a call was given, what it answered (`undefined` if it threw), and what is there of it now. */
export interface LedgerCall {
  readonly operation: string;
  readonly input: unknown;
  readonly answer: unknown;
  /** Reads what the member looks like after the call; costs nothing. */
  readonly member: (holder: Holder) => Promise<unknown>;
}

/** What a call of the ledger costs on DynamoDB, done or refused: a condition that is not met is charged all the same. */
export async function unitsOf(call: LedgerCall): Promise<Units> {
  // Object.hasOwn: a name from outside must not find what every object has.
  if (!Object.hasOwn(tariffs, call.operation)) {
    throw new RangeError(`no tariff for ledger.${call.operation}: say in ledger-units.ts what it costs`);
  }
  return tariffs[call.operation as keyof Ledger](call);
}

type Tariff = (call: LedgerCall) => Units | Promise<Units>;

/** One item, strongly consistent; one that is not there costs a unit too. */
const get: Tariff = ({ answer }) => ({ reads: Math.max(1, readUnits(answer)), writes: 0 });
/** A query adds up its items before it rounds. */
const query: Tariff = get;
/** The member as it is after the change: DynamoDB charges the larger of before and after, and members grow. */
const update: Tariff = async ({ input, member }) => ({
  reads: 0,
  writes: writeUnits(await member(input as Holder)),
});
const inTransaction = (writes: number): Units => ({ reads: 0, writes: 2 * writes });
const saveWhole: Tariff = ({ input }) => inTransaction(writeUnits(input));
const remove: Tariff = () => inTransaction(1);

/** As adapters/aws/dynamodb-ledger does it. */
const tariffs: Readonly<Record<keyof Ledger, Tariff>> = {
  member: get,
  members: query,
  heldIndexes: query,
  slots: query,
  findHold: get,
  findReserve: get,
  breaker: get,
  // Two queries: of members, and of the rest.
  records: ({ answer }) => ({ reads: Math.max(2, readUnits(answer)), writes: 0 }),
  history: query,
  // Slot, member, and the history twice.
  claim: ({ input }) => inTransaction(3 + writeUnits(memberOf(input as Claim))),
  update,
  saveBuild: async (call) => inTransaction((await update(call)).writes),
  endBuild: async (call) => inTransaction((await update(call)).writes),
  // Read first; then the same four items.
  free: async (call) => ({ reads: 1, writes: inTransaction(3 + (await update(call)).writes).writes }),
  saveHold: saveWhole,
  saveReserve: saveWhole,
  saveBreaker: saveWhole,
  observation: get,
  saveObservation: saveWhole,
  removeHold: remove,
  removeReserve: remove,
};

function readUnits(content: unknown): number {
  return Math.ceil(bytes(content) / 4096);
}

function writeUnits(item: unknown): number {
  return Math.max(1, Math.ceil((bytes(item) + keyBytes) / 1024));
}

/** Partition and sort key: `pk`, `GROUP#<group>`, `sk`, `MEMBER#<instance>`. */
const keyBytes = 60;

/** DynamoDB counts names and values without JSON's quotes and commas: this is some tenth too much. */
function bytes(content: unknown): number {
  return content === undefined ? 0 : Buffer.byteLength(JSON.stringify(content));
}
