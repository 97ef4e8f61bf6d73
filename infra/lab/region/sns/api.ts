import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Sns } from '../../../../functions/fleet/ports/aws';
import * as errors from './errors';
import type { Topics } from './topics';

const longestMessage = 256 * 1024;
// "Must be less than 100 characters long" (SNS API, Publish).
const longestSubject = 99;

/** Amazon SNS as its callers see it. */
export class SnsApi implements Sns {
  readonly #topics: Topics;

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  async publish({ TopicArn = '', Subject, Message }: PublishCommandInput): Promise<{ MessageId: string }> {
    if (TopicArn === '') throw errors.invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    if (Subject !== undefined) checkSubject(Subject);
    checkMessage(Message);
    if (!this.#topics.has(TopicArn)) throw errors.topicNotFound();
    const subject = Subject === undefined ? {} : { subject: Subject };
    return { MessageId: this.#topics.publish({ topicArn: TopicArn, message: Message ?? '', ...subject }) };
  }
}

/** Printable ASCII that does not begin with a space: no line break, no control character. */
function checkSubject(subject: string): void {
  if (subject.length > longestSubject || !/^[!-~][ -~]*$/.test(subject)) throw errors.invalidParameter('Subject');
}

/** The size is in bytes. */
function checkMessage(message: string | undefined): void {
  if (message === undefined || message === '') throw errors.invalidParameter('Empty message');
  if (Buffer.byteLength(message) > longestMessage) throw errors.invalidParameter('Message too long');
}
