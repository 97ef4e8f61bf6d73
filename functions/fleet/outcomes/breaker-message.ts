import type { Breaker } from '../ledger/port';
import type { SnsMessage } from './launch-message';
import { moment, quoted, subjectLine } from '../../shared/notify/message-text';

/** Tells an operator that a group's breaker is open: what that means, and how it closes. */
export function breakerMessage({ group, failed, openedAt }: Breaker, mayBeRepeated: boolean): SnsMessage {
  const headline = `breaker of ${group} is open`;
  const launches = failed.length === 1 ? 'A launch has failed' : `${failed.length} launches in a row have failed`;
  const sections = [
    `The ${headline}${openedAt === undefined ? '' : ` since ${moment(openedAt)}`}.`,
    mayBeRepeated ? 'This may be a repetition: Muster does not know whether the first message was sent.' : '',
    `${launches}, those of\n${failed.map((instanceId) => `  ${instanceId}`).join('\n')}\nA separate message about each of them says why.`,
    [
      'What it means:',
      `Muster abandons no instance of ${group} by itself, because each replacement would fail in the same way. Instances on`,
      'hold stay on hold, at most until the global limit of their lifecycle hook. The group serves with the instances it has.',
    ].join('\n'),
    [
      'How it closes:',
      `The first launch of ${group} that succeeds closes it. Fix what they have in common (a release, a job, a setting), then`,
      'retry one of them (npx muster retry NAME), and after it has succeeded, the others. To close it by hand, run',
      `npx muster resume ${quoted(group)}. RUNBOOK.md, "Breaker open", says more.`,
    ].join('\n'),
  ];
  return { subject: subjectLine(headline), text: sections.filter((section) => section !== '').join('\n\n') };
}
