import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { shortened } from './message-text';

interface Topic<Answer> {
  publish(input: PublishCommandInput): Promise<Answer>;
}

/**
 * The topic as it has to be published to when Amazon Q Developer in chat applications (formerly AWS Chatbot) reads it
 * too. That service shows what AWS's own services send, alarms among it, and custom notifications; any other text it
 * drops without a word. It is subscribed by HTTPS, so it gets a form of its own of the same message, in the same call:
 * mail stays as it is, and there is still one answer that says whether the message is sent.
 *
 * Source: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html (event schema);
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (MessageStructure).
 */
export function withChat<Answer>(sns: Topic<Answer>): Topic<Answer> {
  return {
    publish: ({ Subject = '', Message = '', ...rest }) => {
      // Half of a pair that was cut apart would be written as six characters: the message could grow beyond SNS's size.
      const text = Buffer.from(Message).toString();
      const forms = { default: text, https: JSON.stringify(customNotification(Subject, text)) };
      return sns.publish({ ...rest, Subject, MessageStructure: 'json', Message: JSON.stringify(forms) });
    },
  };
}

// A block of text in Slack: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
const longestText = 3_000;

/** What the chat service shows: title and text in the Markdown of the chat. */
function customNotification(title: string, text: string) {
  return {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: plain(title), description: fitting(text) },
  };
}

/** A build's log is untrusted text: `<!channel>` in it must not notify a whole channel, nor a link show an address to which it does not lead. */
function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Its beginning and its end, within what the chat takes once it is written out. */
function fitting(text: string): string {
  for (let most = longestText - 100; ; most -= 200) {
    const written = plain(shortened(text, most));
    if (written.length <= longestText) return written;
  }
}
