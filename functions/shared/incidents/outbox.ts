import type { Book, QueuedLetter } from './book';

/** After so long a function that has leased a letter is dead: functions live shorter. Then another may send the letter. */
export const leaseMs = 5 * 60_000;
const longestPauseMs = 10 * 60_000;
/** After so many failures, the fallback is tried, too. */
export const attemptsBeforeFallback = 3;

/**
 * The next letter that may be sent now, taken for five minutes; `undefined` when there is none. Pure, as all here.
 *
 * @param at ms.
 * @param tried ids of letters that are not taken.
 */
export function leaseLetter(
  book: Book,
  at: number,
  tried: ReadonlySet<string> = new Set(),
): { readonly book: Book; readonly waiting: QueuedLetter } | undefined {
  const next = book.outbox.find(({ notBefore, letter }) => notBefore <= at && !tried.has(letter.id));
  if (next === undefined) return undefined;
  // Leased and not heard of since: it may have been sent.
  const waiting = { ...next, leased: true, maybeSent: next.maybeSent || next.leased, notBefore: at + leaseMs };
  return { book: replaced(book, waiting), waiting };
}

/** The mailer has taken it: people know it. */
export function withDelivery(book: Book, id: string): Book {
  return { ...book, outbox: book.outbox.filter(({ letter }) => letter.id !== id) };
}

/** @param unsure nothing said that it was refused, so that it may arrive. */
export function withFailedDelivery(book: Book, id: string, at: number, unsure: boolean): Book {
  const known = book.outbox.find(({ letter }) => letter.id === id);
  if (known === undefined) return book;
  const pause = Math.min(longestPauseMs, 60_000 * 2 ** Math.min(known.attempts, 10));
  return replaced(book, {
    ...known,
    leased: false,
    attempts: known.attempts + 1,
    maybeSent: known.maybeSent || unsure,
    notBefore: at + pause,
  });
}

function replaced(book: Book, waiting: QueuedLetter): Book {
  return { ...book, outbox: book.outbox.map((one) => (one.letter.id === waiting.letter.id ? waiting : one)) };
}
