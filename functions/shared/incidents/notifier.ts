import { isRefused, isThrottled } from '../aws-errors';
import type { Clock, Logger } from '../runtime';
import { NamedError } from '../named-error';
import { renderMail, type Mail } from '../notify/letter';
import { isMailRefused } from '../notify/mail-refused';
import type { Mailer } from '../notify/mailer';
import { safeText } from '../notify/safe-text';
import { emptyBook, lateAfterMs, type Book } from './book';
import { attemptsBeforeFallback, leaseLetter, withDelivery, withFailedDelivery } from './outbox';
import { valueLike, type DocumentChange, type DocumentStore, type StoredMark } from './store';

export interface NotifierDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the book: `audit`. */
  readonly system: string;
}

/** The book, and what else is to be written with it or not at all. */
export interface BookChange {
  readonly book: Book;
  readonly changes?: readonly DocumentChange[];
  readonly marks?: readonly StoredMark[];
}

/** Two functions sometimes change the same book at once; so many conflicts in a row are a fault. */
const mostConflicts = 20;

/** The book as it stands, and the change by which it is written. */
export async function readBook({ store, clock, system }: NotifierDeps): Promise<{ book: Book; version: number }> {
  const name = `book ${system}`;
  const found = await store.read(name);
  const fresh = emptyBook(system, clock.now().getTime());
  return { book: valueLike(name, found, fresh) ?? fresh, version: found?.version ?? 0 };
}

/**
 * Changes the book. `change` may be called several times: another function may have changed it meanwhile. It may be
 * asynchronous, to read what it writes beside the book.
 *
 * @returns `marked` if the mark exists already: the work has been done before.
 * @throws BookContended when others changed it twenty times in a row.
 */
export async function changeBook(
  deps: NotifierDeps,
  change: (book: Book) => BookChange | Promise<BookChange>,
): Promise<'written' | 'marked'> {
  for (let turn = 0; turn < mostConflicts; turn += 1) {
    const { book, version } = await readBook(deps);
    const { book: next, changes = [], marks = [] } = await change(book);
    const own = next === book ? [] : [{ name: `book ${deps.system}`, value: next, from: version }];
    if (own.length + changes.length + marks.length === 0) return 'written';
    const written = await deps.store.write([...own, ...changes], marks);
    if (written !== 'conflict') return written;
  }
  throw new NamedError('BookContended', `the book of ${deps.system} changed ${mostConflicts} times`, {
    fault: 'environment',
  });
}

export interface SendDeps extends NotifierDeps {
  readonly mailer: Mailer;
  readonly fallback?: Mailer;
}

/**
 * Sends the waiting letters, one at a time, each once at most: however long a call lasts, this ends. It does not reject
 * for a mail that could not be sent: the mail stays in the book, and the next run tries again.
 *
 * @returns how many were sent, and how many could not be.
 */
export async function sendLetters(deps: SendDeps): Promise<{ sent: number; failed: number }> {
  const result = { sent: 0, failed: 0 };
  const tried = new Set<string>();
  for (;;) {
    const at = deps.clock.now().getTime();
    let taken: ReturnType<typeof leaseLetter>;
    // Written before it is sent: of two functions that send at the same time one has the letter.
    await changeBook(deps, (book) => {
      taken = leaseLetter(book, at, tried);
      return { book: taken?.book ?? book };
    });
    if (taken === undefined) return result;
    const { letter, attempts, maybeSent, since } = taken.waiting;
    tried.add(letter.id);
    const late = at - since < lateAfterMs ? {} : { writtenAt: since };
    const outcome = await deliver(deps, renderMail(letter, { repeated: maybeSent, ...late }), attempts);
    const now = deps.clock.now().getTime();
    await changeBook(deps, (book) => ({
      book:
        outcome === 'sent'
          ? withDelivery(book, letter.id)
          : withFailedDelivery(book, letter.id, now, outcome === 'unsure'),
    }));
    deps.log.info('letter', { id: letter.id, outcome, attempt: attempts + 1 });
    if (outcome === 'sent') result.sent += 1;
    else result.failed += 1;
  }
}

async function deliver(
  { mailer, fallback, log }: SendDeps,
  mail: Mail,
  attempts: number,
): Promise<'sent' | 'refused' | 'unsure'> {
  let sure = true;
  // That SES refuses does not change by trying: a person has to do something, and people are to know meanwhile.
  let isDue = attempts >= attemptsBeforeFallback;
  for (const way of [mailer, fallback]) {
    if (way === undefined || (way === fallback && !isDue)) continue;
    try {
      await way.send(mail);
      return 'sent';
    } catch (error) {
      sure &&= isRefused(error) || isThrottled(error);
      isDue ||= isMailRefused(error);
      const by = way === fallback ? 'fallback' : 'mail';
      log.error('letter not sent', { id: mail.id, by, error: nameOf(error), why: whyOf(error) });
    }
  }
  return sure ? 'refused' : 'unsure';
}

const nameOf = (error: unknown) => (error instanceof Error ? safeText(error.name, 100) : 'unknown');
/** SES names the address that it refuses; nothing of the letter is in its messages, and secrets are taken out anyway. */
const whyOf = (error: unknown) => (error instanceof Error ? safeText(error.message, 300) : 'unknown');
