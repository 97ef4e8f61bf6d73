import type { Breaker } from '../ledger/port';
import type { Message } from './launch-message';
import { moment, quoted, subjectLine } from '../../shared/notify/text';

/** Tells an operator that a group's breaker is open: what that means, and how it closes. */
export function breakerMessage({ group, failed, openedAt }: Breaker, mayBeRepeated: boolean): Message {
  const headline = `breaker of ${group} is open`;
  const launches = failed.length === 1 ? 'A launch has failed' : `${failed.length} launches in a row have failed`;
  const sections = [
    `The ${headline}${openedAt === undefined ? '' : ` since ${moment(openedAt)}`}.`,
    mayBeRepeated ? 'This may be a repetition: whether the first message was sent is not known.' : '',
    `${launches}, those of\n${failed.map((instanceId) => `  ${instanceId}`).join('\n')}\nThere is a message about each of them, which says why.`,
    [
      'What it means:',
      `Nothing of ${group} is abandoned any more, since each instance would be replaced by one that fails alike. What is on`,
      'hold stays on hold, until the global limit of its lifecycle hook at the longest. The group serves with what it has.',
    ].join('\n'),
    [
      'How it closes:',
      `The first launch of ${group} that succeeds closes it. So fix what they have in common (a release, a job, a setting), then`,
      'retry one of them (npx muster retry NAME), and when it has succeeded the others. By hand an operator closes it with',
      `npx muster resume ${quoted(group)}; more is in RUNBOOK.md, "Breaker open".`,
    ].join('\n'),
  ];
  return { subject: subjectLine(headline), text: sections.filter((section) => section !== '').join('\n\n') };
}
