import type { PublishCommandInput } from '@aws-sdk/client-sns';
import fc from 'fast-check';
import { withChat } from '../../../../functions/shared/notify/chat';
import type { Mail } from '../../../../functions/shared/notify/letter';
import { snsMailer } from '../../../../functions/shared/notify/mailer';

// Messages to SNS are never larger than SNS takes, with a form for chat and without.

const mail: Mail = { id: 'audit-12-abcdef', subject: 's', text: 't', html: '', messageId: '', headers: {} };

async function published(given: Partial<Mail>, chat: boolean) {
  const sent: PublishCommandInput[] = [];
  const topic = { publish: async (input: PublishCommandInput) => sent.push(input) };
  const sns = chat ? withChat(topic) : topic;
  await snsMailer({ sns, topicArn: 'topic', rest: 'See the logs.' }).send({ ...mail, ...given });
  const [{ Message = '', Subject = '' } = {}] = sent;
  const text = chat ? (JSON.parse(Message) as { default: string }).default : Message;
  return { bytes: Buffer.byteLength(Message), subject: Subject, text };
}

const long = {
  letters: 'x',
  'letters of three bytes': '漢',
  pairs: '😀',
  'a letter and pairs': 'a😀',
  'halves of pairs': '\ud83d',
  'quotation marks': '"',
  backslashes: '\\',
  'ends of lines': '\n',
  'controls, of six bytes in JSON': '\u0001',
  ampersands: '&',
};

describe.each([true, false])('chat reads the topic: %s', (chat) => {
  test.each(Object.entries(long))('a text of a million %s is cut, and says so', async (_, letter) => {
    const { bytes, text } = await published({ text: letter.repeat(1_000_000) }, chat);
    expect(bytes).toBeLessThanOrEqual(262_144);
    const note =
      /\n\n\[\.\.\. (\d+) characters are left out: SNS takes no more\. See the logs\.\]\nId: audit-12-abcdef\n$/;
    const [, left] = note.exec(text) ?? [];
    const kept = text.replace(note, '');
    expect(kept.length + Number(left)).toBe(letter.length * 1_000_000);
    expect(letter.repeat(1_000_000).startsWith(kept) || letter === '\ud83d').toBe(true);
    if (letter !== '\ud83d') expect(kept).not.toMatch(/\p{Cs}/u);
    // What fits is not left out.
    if (letter !== '\ud83d') expect(Buffer.byteLength(JSON.stringify(text))).toBeGreaterThan(229_000);
  });

  test('any text that is short enough is whole, and any other is cut once', async () => {
    const piece = fc.oneof(fc.constantFrom(...Object.values(long)), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 60_000 }),
        async (pieces, times) => {
          const whole = Buffer.from(pieces.join('').repeat(Math.ceil(times / pieces.length))).toString();
          const { bytes, text } = await published({ text: whole }, chat);
          expect(bytes).toBeLessThanOrEqual(262_144);
          expect(text.split('are left out').length - whole.split('are left out').length).toBe(text === whole ? 0 : 1);
          if (Buffer.byteLength(JSON.stringify(whole)) < 220_000) expect(text).toBe(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a', 98],
    ['a', 99],
    ['a', 149],
    ['ä', 149],
    ['\n', 149],
  ])('a subject of %j × %s is a line of ASCII below 100 characters', async (letter, times) => {
    const { subject } = await published({ subject: `s${letter.repeat(times)}` }, chat);
    expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    expect(subject.endsWith('... [audit-12-abcdef]')).toBe(times > 98);
  });
});
