import {
  ConditionalCheckFailedException,
  TransactionConflictException,
  UpdateItemCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';

import {
  defaultHistoryLimit,
  entryOf,
  mayWriteBuild,
  notHolder,
  outdated,
  outdatedBreaker,
  outdatedHold,
  outdatedObservation,
  outdatedReserve,
} from '../../../ledger/rules';
import { defaultHistoryDays, observationDays } from '../../../ledger/history-retention';
import type {
  Breaker,
  BuildRecord,
  Claim,
  ClaimResult,
  GroupRecords,
  HistoryEntry,
  Hold,
  Holder,
  Ledger,
  Member,
  MemberChanges,
  Observation,
  Reserve,
  Slot,
} from '../../../ledger/port';
import { fromItem } from '../../../../shared/dynamodb/attribute-values';
import {
  breakerKey,
  holdKey,
  memberKey,
  observationExpiry,
  observationKey,
  sortKeyPrefixes,
  reserveKey,
  slotKey,
  type Item,
} from './items';
import { recordCorrupt, parseHistory, parseMember, parseSlot } from './parse';
import { parseBreaker, parseHold, parseObservation, parseReserve, parseState } from './parse-state';
import { getItem, queryItems, type Source } from './reads';
import { removeAction, saveAction } from './state-writes';
import { transact, type TransactionVerdict } from '../../../../shared/dynamodb/transaction';
import { claimActions, freeActions, saveBuildAction, updateInput, type LedgerTarget } from './writes';
import type { LedgerError } from '../../../ledger/records';

export interface DynamoDbLedgerOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How long history is kept, in days. Default: 400. */
  readonly historyDays?: number;
  /** Items a page of a query: for tests. DynamoDB itself ends a page after 1 MB. */
  readonly pageSize?: number;
}

/**
 * The ledger in a DynamoDB table that has the schema of `ledger/table.ts`.
 *
 * Beside what the port says, its methods throw the SDK's own errors, such as throttling, which the SDK has retried
 * already, and NamedError `LedgerCorrupt` for an item that no version of this code can have written.
 */
export function createDynamoDbLedger(options: DynamoDbLedgerOptions): Ledger {
  return new DynamoDbLedger(options);
}

// How often a change is tried that meets another transaction on its items. Such a transaction is over in less time
// than our next request takes; who meets another one time after time gets the SDK's error.
const tries = 3;

class DynamoDbLedger implements Ledger {
  readonly #source: Source;
  readonly #target: LedgerTarget;

  constructor({ client, tableName, historyDays = defaultHistoryDays, pageSize }: DynamoDbLedgerOptions) {
    this.#source = { client, tableName, pageSize };
    this.#target = { tableName, historyDays };
  }

  async member(group: string, instanceId: string): Promise<Member | undefined> {
    const item = await getItem(this.#source, memberKey({ group, instanceId }));
    return item && parseMember(item);
  }

  async members(group: string): Promise<Member[]> {
    const items = await queryItems(this.#source, group, sortKeyPrefixes.members);
    return items.map(parseMember).sort((left, right) => left.index - right.index);
  }

  async heldIndexes(group: string): Promise<number[]> {
    return (await this.slots(group)).map(({ index }) => index);
  }

  async slots(group: string): Promise<Slot[]> {
    return (await queryItems(this.#source, group, sortKeyPrefixes.slots)).map(parseSlot);
  }

  /**
   * An answer that stays lost (the function was stopped) is met by the next run as `already-member`: it reads the
   * member and finds the index that it has got.
   */
  async claim(claim: Claim): Promise<ClaimResult> {
    const verdict = await transact(this.#source.client, claimActions(this.#target, claim));
    switch (verdict.kind) {
      case 'done':
        return 'claimed';
      case 'contended':
        return 'contended';
      case 'refused': {
        const [, member] = verdict.refused;
        // The member first: an instance that holds an index must not look for another one.
        return member === undefined ? 'index-taken' : 'already-member';
      }
    }
  }

  // A plain write: it sets values, so the SDK may carry it out twice.
  async update(holder: Holder, changes: MemberChanges, execution?: string): Promise<void> {
    const input = updateInput(this.#target, { ...holder, execution }, changes);
    for (let left = tries; ; left -= 1) {
      try {
        await this.#source.client.send(new UpdateItemCommand(input));
        return;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) throw notHolder(holder);
        if (!(error instanceof TransactionConflictException) || left <= 1) throw error;
      }
    }
  }

  // A transaction of one, for its token: the SDK's retry of a plain conditional write whose answer was lost would find
  // the revision that it wrote itself and report `Outdated`. Equal content would not prove that it was us.
  async saveBuild(holder: Holder, job: string, record: BuildRecord): Promise<void> {
    await this.#saveBuild(holder, job, record, false);
  }

  async endBuild(holder: Holder, job: string, record: BuildRecord): Promise<void> {
    await this.#saveBuild(holder, job, record, true);
  }

  async free(holder: Holder, reason: string, at: string, execution?: string): Promise<boolean> {
    const member = await this.member(holder.group, holder.instanceId);
    if (member?.index !== holder.index || (execution !== undefined && member.execution !== execution)) return false;
    const entry: HistoryEntry = entryOf(holder, { name: member.name, event: 'freed', reason, at });
    const verdict = await this.#settle(freeActions(this.#target, { ...holder, execution }, entry));
    if (verdict.kind === 'done') return true;
    const [slot, held] = verdict.refused;
    // Both are gone: another run has freed it since we read. One alone is gone: they do not go alone.
    if (slot !== undefined && held !== undefined) return false;
    // The index was freed, and a later launch of the same instance has claimed one.
    if (slot === undefined && execution !== undefined) return false;
    throw recordCorrupt(fromItem(slotKey(holder)), `slot and member of ${holder.instanceId} contradict each other`);
  }

  async findHold(group: string, instanceId: string): Promise<Hold | undefined> {
    const item = await getItem(this.#source, holdKey({ group, instanceId }));
    return item && parseHold(item);
  }

  async findReserve(group: string, instanceId: string): Promise<Reserve | undefined> {
    const item = await getItem(this.#source, reserveKey({ group, instanceId }));
    return item && parseReserve(item);
  }

  async breaker(group: string): Promise<Breaker | undefined> {
    const item = await getItem(this.#source, breakerKey({ group }));
    return item && parseBreaker(item);
  }

  // Two queries side by side: what changes between them may be seen in one and not in the other. It is no less true
  // of the pages of one query.
  async records(group: string): Promise<GroupRecords> {
    const [members, state] = await Promise.all([
      this.members(group),
      queryItems(this.#source, group, sortKeyPrefixes.state),
    ]);
    return { members, ...parseState(state) };
  }

  async saveHold(hold: Hold): Promise<void> {
    await this.#save(holdKey(hold), hold, outdatedHold);
  }

  async saveReserve(reserve: Reserve): Promise<void> {
    await this.#save(reserveKey(reserve), reserve, outdatedReserve);
  }

  async saveBreaker(breaker: Breaker): Promise<void> {
    await this.#save(breakerKey(breaker), breaker, outdatedBreaker);
  }

  async observation(group: string, key: string): Promise<Observation | undefined> {
    const item = await getItem(this.#source, observationKey(group, key));
    return item && parseObservation(item);
  }

  async saveObservation(observation: Observation, keptDays = observationDays): Promise<void> {
    const expiring = { ...observation, ...observationExpiry(observation, keptDays) };
    await this.#save(observationKey(observation.group, observation.key), expiring, outdatedObservation);
  }

  async removeHold(group: string, instanceId: string, execution?: string): Promise<void> {
    await this.#remove(holdKey({ group, instanceId }), execution);
  }

  async removeReserve(group: string, instanceId: string, execution?: string): Promise<void> {
    await this.#remove(reserveKey({ group, instanceId }), execution);
  }

  async history(group: string, options: { index?: number; limit?: number } = {}): Promise<HistoryEntry[]> {
    const { index, limit = defaultHistoryLimit } = options;
    if (limit <= 0) return [];
    const prefix = index === undefined ? sortKeyPrefixes.timeline : sortKeyPrefixes.historyOf(index);
    return (await queryItems(this.#source, group, prefix, limit)).map(parseHistory);
  }

  async #saveBuild(holder: Holder, job: string, record: BuildRecord, hasEnded: boolean): Promise<void> {
    const verdict = await this.#settle([saveBuildAction(this.#target, holder, { job, record, hasEnded })]);
    if (verdict.kind === 'done') return;
    const stored = verdict.refused[0]?.item;
    const member = stored && parseMember(stored);
    throw mayWriteBuild(member, holder, hasEnded) ? outdated(holder, job, record.revision) : notHolder(holder);
  }

  // A transaction of one, for its token, as for a build.
  async #save<T extends { revision: number }>(key: Item, record: T, outdatedBy: (record: T) => LedgerError) {
    const verdict = await this.#settle([saveAction(this.#target, key, record)]);
    if (verdict.kind === 'refused') throw outdatedBy(record);
  }

  // By token too: the retry of a plain delete could remove what was saved after the first one had done its work.
  async #remove(key: Item, execution?: string): Promise<void> {
    // A refused condition counts as done: the item, if there is one, was not to be removed.
    await this.#settle([removeAction(this.#target, key, execution)]);
  }

  async #settle(actions: TransactWriteItem[]): Promise<Exclude<TransactionVerdict, { kind: 'contended' }>> {
    for (let left = tries; ; left -= 1) {
      const verdict = await transact(this.#source.client, actions);
      if (verdict.kind !== 'contended') return verdict;
      if (left <= 1) throw verdict.cause;
    }
  }
}
