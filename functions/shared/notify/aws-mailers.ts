import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { oneAttempt, type awsClient } from '../aws-client';
import { withChat } from './chat';
import { sesMailer, snsMailer, type Mailer, type SnsPort } from './mailer';

/**
 * What a function that sends mail reads from the environment. `MAIL_TO` has commas between the addresses; `CHAT` is `yes`
 * where the topic is read by a chat service too.
 */
export const mailNames = ['MAIL_FROM', 'MAIL_TO', 'TOPIC_ARN', 'CHAT'] as const;

/**
 * How a system notifies people: by SES, and by SNS when SES does not accept a letter.
 *
 * @param rest where what SNS has no room for can be read: a sentence.
 */
export function awsMailers(
  env: Readonly<Record<(typeof mailNames)[number], string>>,
  aws: ReturnType<typeof awsClient>,
  rest: string,
): { readonly mailer: Mailer; readonly fallback: Mailer } {
  // A repetition by the SDK would be a second mail of which neither says that it may be one.
  const ses = new SESv2Client({ ...aws, ...oneAttempt });
  const sns = new SNSClient({ ...aws, ...oneAttempt });
  const topic: SnsPort = { publish: (input) => sns.send(new PublishCommand(input)) };
  return {
    mailer: sesMailer({
      ses: { sendEmail: (input) => ses.send(new SendEmailCommand(input)) },
      from: env.MAIL_FROM,
      to: env.MAIL_TO.split(','),
    }),
    fallback: snsMailer({ sns: env.CHAT === 'yes' ? withChat(topic) : topic, topicArn: env.TOPIC_ARN, rest }),
  };
}
