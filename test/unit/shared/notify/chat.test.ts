import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { createSns } from '../../../../functions/fleet/adapters/aws/sns';
import { withChat } from '../../../../functions/shared/notify/chat';
import { holdMessage } from '../../../../functions/fleet/outcomes/launch-message';
import { aHold } from '../../../support/sightings';
import { aLaunch } from '../../../support/launches';
import { failedLaunch } from '../../outcomes/world';

// What a topic is published to with, when a chat service reads it too. Its shape is as AWS documents it (chat.ts).

interface Notification {
  readonly version: string;
  readonly source: string;
  readonly content: { readonly textType: string; readonly title: string; readonly description: string };
}

async function published(Subject: string, Message: string) {
  const sent: PublishCommandInput[] = [];
  const answer = await withChat({
    publish: async (input) => {
      sent.push(input);
      return 'sent';
    },
  }).publish({ TopicArn: 'topic', Subject, Message });
  const [input] = sent;
  const forms = JSON.parse(input!.Message!) as Record<string, string>;
  return { answer, sent, input: input!, forms, chat: JSON.parse(forms.https!) as Notification };
}

test('mail has the text as ever, and chat a custom notification, in one call', async () => {
  const { answer, sent, input, forms, chat } = await published('web-03 is on hold', 'Because.\n\nMend it.');
  expect(answer).toBe('sent');
  expect(sent).toHaveLength(1);
  expect(input).toMatchObject({ TopicArn: 'topic', Subject: 'web-03 is on hold', MessageStructure: 'json' });
  expect(Object.keys(forms)).toEqual(['default', 'https']);
  expect(forms.default).toBe('Because.\n\nMend it.');
  expect(chat).toEqual({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: 'web-03 is on hold', description: 'Because.\n\nMend it.' },
  });
});

test.each([
  ['a mention of everybody', '<!channel> come', '&lt;!channel&gt; come'],
  ['a link that says another place', '<https://evil.example|Jenkins>', '&lt;https://evil.example|Jenkins&gt;'],
  ['an entity', 'a &lt; b', 'a &amp;lt; b'],
])('%s in a log is only text', async (_, text, shown) => {
  const { forms, chat } = await published(text, text);
  expect(chat.content).toMatchObject({ title: shown, description: shown });
  expect(forms.default).toBe(text);
});

test.each([
  ['letters', 'x'],
  ['letters of three bytes', '漢'],
  ['pairs', '😀'],
  ['halves of pairs', '\ud83d'],
  ['quotation marks', '"'],
  ['what is written longer', '&'],
])('the longest message, of %s, fits into SNS and the chat', async (_, letter) => {
  const reason = letter.repeat(200_000);
  const news = { execution: failedLaunch, launch: aLaunch(), breakerIsOpen: false, mayBeRepeated: false };
  const { subject, text } = holdMessage({ ...news, hold: aHold({ reason }), now: new Date('2026-01-01T12:00:00Z') });
  const { input, chat } = await published(subject, text);
  expect(Buffer.byteLength(input.Message!)).toBeLessThanOrEqual(256 * 1024);
  expect(chat.content.description.length).toBeLessThanOrEqual(3_000);
  // How it begins says what it is, and how it ends what can be done.
  expect(chat.content.description).toContain('is on hold');
  expect(chat.content.description).toContain('RUNBOOK.md');
});

test.each([
  ['yes', 'json'],
  ['no', undefined],
])('chat: %s', async (chat, structure) => {
  const inputs: PublishCommandInput[] = [];
  const client = { send: async ({ input }: { input: PublishCommandInput }) => inputs.push(input) };
  await createSns(client as never, chat).publish({ TopicArn: 'topic', Subject: 's', Message: 'm' });
  expect(inputs[0]?.MessageStructure).toBe(structure);
});
