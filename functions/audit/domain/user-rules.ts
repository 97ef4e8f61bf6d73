import type { Finding } from '../contracts/finding';
import type { UserRecord } from '../contracts/records';
import type { RuleId, Thresholds } from '../contracts/rules';
import type { Source } from './detector';
import { put, type Account, type Draft, type Session } from './detector-state';
import { redacted } from './redact';

const dayMs = 86_400_000;

/** What the rules find in one change of an account. Who did it is the session of its pid, as far as that was read. */
export function userFindings(draft: Draft, record: UserRecord, source: Source, thresholds: Thresholds): Finding[] {
  const key = `${source.cluster}/${record.userId}`;
  const before = draft.accounts.get(key);
  put(draft.accounts, key, accountOf(record, before));
  if (thresholds.ignoredUsers.includes(record.user)) return [];
  const session = draft.sessions.get(`${source.cluster}/${record.pid}`);
  const isOwn = session !== undefined && thresholds.ignoredUsers.includes(session.user);
  const make = maker(record, source, session);
  const name = record.user;
  const found = [
    ...byAction(record, make),
    ...(becameSuper(record, before)
      ? [make('USER-SUPER', `${name} has become a superuser, or may change the catalog`)]
      : []),
    ...(wasShort(record, before) ? [make('USER-SHORT', `${name} was created and dropped within a day`)] : []),
    ...(lastsForEver(record, before) ? [make('USER-EXPIRY', `the password of ${name} now lasts for ever`)] : []),
    ...(record.doubt === undefined
      ? []
      : [make('LOG-FORGED', `a change of account ${record.userId}: ${record.doubt}`)]),
  ];
  // What AWS does with accounts of its own when a cluster is made is not somebody's doing.
  return isOwn ? found.filter(({ rule }) => rule === 'USER-SUPER') : found;
}

type Make = (rule: RuleId, summary: string) => Finding;

function byAction({ action, user, oldUser }: UserRecord, make: Make): Finding[] {
  switch (action) {
    case 'create':
      return [make('USER-CREATE', `account ${user} was created`)];
    case 'drop':
      return [make('USER-DROP', `account ${user} was dropped`)];
    case 'rename':
      return [make('USER-RENAME', `account ${oldUser === '' ? '(unknown)' : oldUser} was renamed to ${user}`)];
    default:
      return [make('USER-ALTER', `account ${user} was changed (${action})`)];
  }
}

function becameSuper(record: UserRecord, before: Account | undefined): boolean {
  if (record.action === 'drop') return false;
  return (record.isSuper && before?.isSuper !== true) || (record.canUpdateCatalog && before?.canUpdateCatalog !== true);
}

function wasShort({ action, at }: UserRecord, before: Account | undefined): boolean {
  return (
    action === 'drop' && before?.createdAt !== undefined && at - before.createdAt <= dayMs && at >= before.createdAt
  );
}

function lastsForEver({ action, validUntil }: UserRecord, before: Account | undefined): boolean {
  return action === 'alter' && validUntil === 'never' && before !== undefined && before.validUntil !== 'never';
}

function accountOf(
  { action, user, isSuper, canUpdateCatalog, validUntil, at }: UserRecord,
  before: Account | undefined,
): Account {
  const createdAt = action === 'create' ? at : before?.createdAt;
  return {
    name: user,
    isSuper,
    canUpdateCatalog,
    validUntil,
    ...(createdAt !== undefined && action !== 'drop' && { createdAt }),
  };
}

function maker(record: UserRecord, { cluster, object }: Source, session: Session | undefined): Make {
  const { at, line, raw, userId } = record;
  const application = session === undefined || session.application === '' ? '' : ` with ${session.application}`;
  return (rule, summary) => ({
    rule,
    cluster,
    entity: `account ${userId}`,
    count: 1,
    firstAt: at,
    lastAt: at,
    summary,
    ...(session !== undefined && { actor: `${session.user}${application}`, from: session.host }),
    evidence: { object, line, raw: redacted(raw) },
  });
}
