import { compareSeverity, type Letter, type Section } from '../notify/letter';
import { day, hour, lateAfterMs, type Book, type Incident, type Policy } from './book';
import { shortHash } from '../names-and-urls';
import { momentText } from '../notify/moment-text';

/** What waits to be sent may not be more: everything else is in the letter after it. */
const mostWaiting = 2;
/** Told with all details; the others of a letter with a line each, and after those by number. */
const inDetail = 12;
const inLines = 100;

/** Puts the letters into the outbox that are due: at-once ones always, those of the clock at a tick. */
export function composeLetters(policy: Policy, given: Book, at: number, tick: boolean): Book {
  let book: Book = { ...given, made: given.made.filter((one) => at - one < day) };
  const all = () => Object.values(book.incidents);
  if (all().some((one) => isUrgent(one)) && mayWrite(policy, book, at)) {
    book = write(policy, book, { about: all().filter(isUrgent), why: 'now' }, at);
  }
  if (!tick) return book;
  if (at - book.lastDigest >= policy.digestMs) {
    const due = all().filter((one) => isForDigest(policy, one, at));
    if (due.length === 0) book = { ...book, lastDigest: at };
    else if (mayWrite(policy, book, at))
      book = { ...write(policy, book, { about: due, why: 'digest' }, at), lastDigest: at };
  }
  if (isProofDue(policy, book, at) && mayWrite(policy, book, at)) book = prove(policy, book, at);
  return book;
}

/** No letter was about it, or it is worse than people know. */
function isUrgent({ tell, told, severity, closed }: Incident): boolean {
  if (closed !== undefined && told !== undefined) return closed.tell === 'at-once' && told.closing === undefined;
  if (tell !== 'at-once') return false;
  return told === undefined || compareSeverity(severity, told.severity) > 0;
}

function isForDigest(policy: Policy, one: Incident, at: number): boolean {
  if (isUrgent(one)) return false;
  if (one.told === undefined || one.closed !== undefined) return true;
  return one.count > one.told.count && at - one.told.at >= policy.updateMs;
}

function mayWrite(policy: Policy, book: Book, at: number): boolean {
  return book.outbox.length < mostWaiting && left(policy, book, at) > 0;
}

function left(policy: Policy, { made }: Book, at: number): number {
  return Math.min(policy.perDay - made.length, policy.perHour - made.filter((one) => at - one < hour).length);
}

interface DueLetter {
  readonly about: readonly Incident[];
  readonly why: 'now' | 'digest';
}

function write(policy: Policy, book: Book, { about, why }: DueLetter, at: number): Book {
  const worstFirst = [...about].sort((a, b) => compareSeverity(b.severity, a.severity) || a.openedAt - b.openedAt);
  const last = left(policy, book, at) === 1;
  const detailed = worstFirst.slice(0, inDetail).map((one) => section(policy, one));
  const brief = worstFirst
    .slice(inDetail, inDetail + inLines)
    .map((one): [string, string] => [one.severity, `${placed(one).slice(0, 120)} (${amount(one)})`]);
  const rest = worstFirst.slice(inDetail + inLines);
  const more: Section[] = [];
  if (brief.length > 0) more.push({ title: `${brief.length} more`, facts: brief });
  if (rest.length > 0)
    more.push({
      title: `And ${rest.length} others, together ${rest.some(({ atLeast }) => atLeast) ? 'at least ' : ''}${sum(rest)} events`,
      facts: [],
    });
  const letter: Omit<Letter, 'id' | 'system'> = {
    subject: subject(worstFirst, why),
    intro: why === 'now' ? urgentIntro(about, at) : digestIntro(about),
    sections: [...detailed, ...more],
    ...(last && {
      outro: `This is the last mail for now: the cap of ${policy.perHour} mails an hour and ${policy.perDay} a day is reached. Nothing is lost: the next mail that may be sent reports all that happens meanwhile, with exact counts.`,
    }),
  };
  const id = nextId(book, at);
  const thread = threadOf(about, id);
  const toldOf = (one: Incident): NonNullable<Incident['told']> => ({
    at,
    count: one.count,
    severity: one.severity,
    ...(one.closed && { closing: true }),
    thread: one.told?.thread ?? thread,
  });
  const told = Object.fromEntries(about.map((one) => [one.key, { ...one, told: toldOf(one) }]));
  return post(forgetClosed({ ...book, incidents: { ...book.incidents, ...told } }), { ...letter, thread }, at);
}

const digestIntro = ({ length }: readonly Incident[]) =>
  `Since the last digest: ${length} ${length === 1 ? 'entry' : 'entries'}.`;

function urgentIntro(about: readonly Incident[], at: number): string {
  const { length } = about;
  if (about.every(({ closed }) => closed !== undefined))
    return `${length === 1 ? 'An incident is' : `${length} incidents are`} over.`;
  const waited = Math.max(0, ...about.map(({ told, openedAt }) => (told === undefined ? at - openedAt : 0)));
  const held =
    waited < lateAfterMs ? '' : ` The first waited ${Math.round(waited / 60_000)} min: no more mails could be sent.`;
  return `${length === 1 ? 'An incident' : `${length} incidents`} to check now.${held}`;
}

/** A letter continues a conversation if all its incidents began there; with several conversations it continues none. */
function threadOf(about: readonly Incident[], id: string): string {
  const [first, ...others] = new Set(about.map(({ told }) => told?.thread));
  return first === undefined || others.length > 0 ? id : first;
}

function subject(worstFirst: readonly Incident[], why: 'now' | 'digest'): string {
  const [worst] = worstFirst;
  // A reader of the subject alone must not be alarmed by an incident that has ended.
  const over = worst?.closed === undefined ? '' : 'over: ';
  const named = worst === undefined ? '' : `${over}${worst.severity.toUpperCase()} ${placed(worst)}`;
  if (why === 'digest') return `digest of ${worstFirst.length}, first ${named}`;
  return worstFirst.length === 1 ? named : `${worstFirst.length} incidents, worst ${named}`;
}

/** Recipients may watch several places. */
function placed({ title, where }: Incident): string {
  return where === undefined || title.includes(where) ? title : `${where}: ${title}`;
}

function section(policy: Policy, one: Incident): Section {
  const when = (at: number) => momentText(at, policy.timeZone);
  const state =
    one.closed === undefined ? (one.told === undefined ? 'new' : 'continues') : `closed: ${one.closed.note}`;
  return {
    title: one.title,
    severity: one.severity,
    facts: [
      ['state', state],
      [
        'count',
        one.told === undefined
          ? amount(one)
          : `${amount(one)}${one.told.count === one.count ? '' : ` (${one.told.count} when last reported)`}`,
      ],
      ['when', [...new Set([when(one.firstAt), when(one.lastAt)])].join(' to ')],
      ...one.facts,
      ['incident', one.id],
    ],
    ...(one.next !== undefined && one.closed === undefined && { next: one.next }),
  };
}

const amount = ({ count, atLeast }: Incident) =>
  atLeast ? `at least ${count} times` : count === 1 ? 'once' : `${count} times`;
const sum = (all: readonly Incident[]) => all.reduce((total, { count }) => total + count, 0);

function post(book: Book, letter: Omit<Letter, 'id' | 'system'>, at: number): Book {
  const waiting = {
    letter: { ...letter, id: nextId(book, at), system: book.system },
    since: at,
    attempts: 0,
    notBefore: at,
    leased: false,
    maybeSent: false,
  };
  return { ...book, sequence: book.sequence + 1, outbox: [...book.outbox, waiting], made: [...book.made, at] };
}

function nextId({ system, sequence }: Book, at: number): string {
  return `${system}-${sequence}-${shortHash(`${system} ${sequence} ${at}`)}`;
}

function isProofDue({ proofAt }: Policy, { lastProof }: Book, at: number): boolean {
  const today = Math.floor(at / day) * day + proofAt;
  return at >= today && lastProof < today;
}

/** Once a day, also if nothing happened: if it does not come, nothing is watched any more. */
function prove(policy: Policy, book: Book, at: number): Book {
  const open = Object.values(book.incidents).filter(({ closed }) => closed === undefined);
  const seen = Object.entries(book.seen).map(([what, count]): [string, string] => [what, String(count)]);
  const quiet = book.opened === 0 && open.length === 0;
  const letter = {
    subject: quiet ? 'daily: works, nothing happened' : `daily: works, ${book.opened} new, ${open.length} open`,
    intro: `This mail comes every day. If it does not come, nothing is watched by the ${book.system}. ${quiet ? 'Nothing happened.' : ''}`,
    sections: [
      {
        title: `Since ${momentText(book.lastProof, policy.timeZone)}`,
        facts: [
          ...(seen.length > 0 ? seen : [['looked at', 'nothing'] as const]),
          ['incidents opened', String(book.opened)] as const,
          ['incidents open', String(open.length)] as const,
        ],
      },
    ],
  };
  return post({ ...book, lastProof: at, seen: {}, opened: 0 }, letter, at);
}

/** A closed incident is known to be closed once a letter has said so. */
function forgetClosed(book: Book): Book {
  const kept = Object.values(book.incidents).filter(
    ({ closed, told }) => closed === undefined || told?.closing === undefined,
  );
  return { ...book, incidents: Object.fromEntries(kept.map((one) => [one.key, one])) };
}
