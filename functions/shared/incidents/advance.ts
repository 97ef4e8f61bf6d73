import { compareSeverity } from '../notify/letter';
import type { Book, Incident, IncidentObservation, Policy } from './book';
import { composeLetters } from './compose';
import { shortHash } from '../names-and-urls';

export type BookEvent =
  | { readonly kind: 'observed'; readonly at: number; readonly observations: readonly IncidentObservation[] }
  /** What an incident was about is over (a check that succeeds again). */
  | {
      readonly kind: 'resolved';
      readonly at: number;
      readonly key: string;
      readonly note: string;
      /** Whether the end has a mail of its own; by default it is in the digest. */
      readonly tell?: IncidentObservation['tell'];
    }
  /** So much was looked at: the proof of life says it. */
  | { readonly kind: 'seen'; readonly at: number; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'tick'; readonly at: number };

/** What becomes of the book by one event; letters that are due by then stand in its outbox. Pure. */
export function advanceBook(policy: Policy, book: Book, event: BookEvent): Book {
  switch (event.kind) {
    case 'observed':
      return composeLetters(
        policy,
        event.observations.reduce((now, one) => observe(now, one, event.at), book),
        event.at,
        false,
      );
    case 'resolved':
      return composeLetters(policy, resolve(book, event.key, event), event.at, false);
    case 'seen':
      return { ...book, seen: added(book.seen, event.counts) };
    case 'tick':
      return composeLetters(policy, closeQuiet(policy, book, event.at), event.at, true);
  }
}

/** More open incidents than these are counted together: a store's document has an end, and so has patience. */
export const mostOpen = { 'at-once': 200, digest: 200 } as const;

function observe(book: Book, given: IncidentObservation, at: number): Book {
  const known = book.incidents[given.key];
  if (known !== undefined)
    return put(book, known.closed === undefined ? goOn(known, given, at) : reopen(book, known, given, at));
  const open = Object.values(book.incidents).filter(({ tell, closed }) => tell === given.tell && closed === undefined);
  const together = open.length >= mostOpen[given.tell] ? asOther(given) : given;
  const other = book.incidents[together.key];
  if (other !== undefined) return put(book, goOn(other, together, at));
  return put({ ...book, sequence: book.sequence + 1, opened: book.opened + 1 }, opened(book, together, at));
}

function put(book: Book, incident: Incident): Book {
  return { ...book, incidents: { ...book.incidents, [incident.key]: incident } };
}

function opened(book: Book, given: IncidentObservation, at: number): Incident {
  return { ...bounded(given), id: shortHash(`${given.key} ${book.sequence}`), openedAt: at, changedAt: at };
}

function goOn(known: Incident, given: IncidentObservation, at: number): Incident {
  // A late file has earlier events: the newest details stay.
  const newer = given.lastAt >= known.lastAt ? bounded(given) : known;
  return {
    ...known,
    title: newer.title,
    facts: newer.facts,
    severity: compareSeverity(given.severity, known.severity) > 0 ? given.severity : known.severity,
    tell: known.tell === 'at-once' ? 'at-once' : given.tell,
    count: known.count + given.count,
    ...(given.atLeast && { atLeast: given.atLeast }),
    firstAt: Math.min(known.firstAt, given.firstAt),
    lastAt: Math.max(known.lastAt, given.lastAt),
    changedAt: at,
  };
}

/** It was closed, and no mail has said so yet. What people know of it decides whether they hear of a new one. */
function reopen(book: Book, known: Incident, given: IncidentObservation, at: number): Incident {
  const rest = { ...known };
  delete rest.closed;
  return rest.told === undefined
    ? goOn(rest, given, at)
    : { ...opened(book, given, at), id: known.id, count: known.count + given.count };
}

function asOther(given: IncidentObservation): IncidentObservation {
  const [rule = ''] = given.key.split('|');
  return {
    ...given,
    key: `${rule}|others`,
    title: `${rule}: many others, counted together`,
    facts: [['newest', given.title], ...given.facts],
  };
}

/** Attackers choose lengths too: a book has to stay within what a store takes. */
function bounded<Given extends IncidentObservation>(given: Given): Given {
  const facts = given.facts.slice(0, 12).map(([label, value]) => [label, value.slice(0, 400)] as const);
  return { ...given, title: given.title.slice(0, 300), facts };
}

interface Resolution {
  readonly at: number;
  readonly note: string;
  readonly tell?: IncidentObservation['tell'] | undefined;
}

function resolve(book: Book, key: string, { at, note, tell = 'digest' }: Resolution): Book {
  const known = book.incidents[key];
  if (known === undefined || known.closed !== undefined) return book;
  return put(book, { ...known, closed: { at, note, tell }, changedAt: at });
}

function closeQuiet(policy: Policy, book: Book, at: number): Book {
  const quiet = Object.values(book.incidents).filter(
    ({ closed, changedAt, told }) => closed === undefined && told !== undefined && at - changedAt >= policy.quietMs,
  );
  const hours = Math.round(policy.quietMs / 3_600_000);
  return quiet.reduce((now, { key }) => resolve(now, key, { at, note: `nothing more for ${hours} hours` }), book);
}

function added(now: Book['seen'], more: Book['seen']): Book['seen'] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(more)])];
  return Object.fromEntries(names.map((name) => [name, (now[name] ?? 0) + (more[name] ?? 0)]));
}
