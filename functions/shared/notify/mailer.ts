import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Mail } from './letter';
import { largest, mostSnsBytes, subjectLine } from './message-text';

/** Hands one mail over. Rejects when it is not known to be taken: the same mail is sent again later. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** The calls that the adapters make; the SDK's clients behind them are made by the wiring. */
export interface SesPort {
  sendEmail(input: SendEmailCommandInput): Promise<unknown>;
}
export interface SnsPort {
  publish(input: PublishCommandInput): Promise<unknown>;
}

export interface SesProps {
  readonly ses: SesPort;
  /** A verified identity. */
  readonly from: string;
  /** At most 50, all of one mail. */
  readonly to: readonly string[];
  readonly configurationSet?: string;
}

/** By SES v2. SES gives a Message-ID of its own, so that a mail is recognized by `X-Alert-Id` and its subject. */
export function sesMailer({ ses, from, to, configurationSet }: SesProps): Mailer {
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return {
    async send({ subject, text, html, headers }) {
      await ses.sendEmail({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: {
          Simple: {
            Subject: utf8(subject),
            Body: { Text: utf8(text), Html: utf8(html) },
            Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
          },
        },
        ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      });
    },
  };
}

/** Less than SNS takes, for a topic that chat reads too has a short form of the text beside it: 4 KB of JSON within JSON, 28 KB at most. */
const mostTextBytes = mostSnsBytes - 32_000;

export interface SnsProps {
  readonly sns: SnsPort;
  readonly topicArn: string;
  /** Where what is left out of a mail that is too long can be read: a sentence. */
  readonly rest: string;
}

/** The fallback: a topic's mail is plain text. Never the main way, for SNS suspends a subscription above 10 a second. */
export function snsMailer({ sns, topicArn, rest }: SnsProps): Mailer {
  return {
    async send({ id, subject, text }) {
      const cut = (length: number) => {
        const kept = text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
        const left = text.length - kept.length;
        return left === 0
          ? text
          : `${kept}\n\n[... ${left} characters are left out: SNS takes no more. ${rest}]\nId: ${id}\n`;
      };
      // As a topic that chat reads carries it: a quotation mark or a backslash is two bytes.
      const fits = (length: number) => Buffer.byteLength(JSON.stringify(cut(length))) <= mostTextBytes;
      await sns.publish({
        TopicArn: topicArn,
        Subject: subjectLine(subject, `... [${id}]`),
        Message: cut(largest(text.length, fits)),
      });
    },
  };
}

/**
 * The same mailer, which counts its mails: a fallback that sends some says that the first mailer does not work.
 *
 * @param sent called after each mail that was sent.
 */
export function countingMailer(mailer: Mailer, sent: () => void): Mailer {
  return {
    async send(mail) {
      await mailer.send(mail);
      sent();
    },
  };
}
