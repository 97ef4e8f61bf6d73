import { aWorld, rejection } from './support';

function aTopic() {
  const { region, clock } = aWorld();
  const topicArn = region.topics.create('muster-notifications');
  const publish = (more: { Subject?: string; Message?: string; TopicArn?: string }) =>
    region.sns.api.publish({ TopicArn: topicArn, Message: 'text', ...more });
  return { region, clock, topicArn, publish };
}

describe('what is published', () => {
  test('is answered with a message id, can be read by topic, and arrives', async () => {
    const { region, clock, topicArn, publish } = aTopic();
    const received: unknown[] = [];
    region.topics.subscribe(topicArn, (event) => received.push(event.Records[0]?.Sns));
    const { MessageId } = await publish({ Subject: 'web-03 is on hold', Message: 'because' });
    await clock.advance(1_000);
    const other = region.topics.create('other');
    await publish({ TopicArn: other });
    expect(region.topics.publishedTo(topicArn)).toEqual([
      {
        topicArn,
        messageId: MessageId,
        subject: 'web-03 is on hold',
        message: 'because',
        at: '2026-01-01T00:00:00.000Z',
      },
    ]);
    expect(received).toMatchObject([{ MessageId, Subject: 'web-03 is on hold', Message: 'because' }]);
  });

  test.each([
    ['a subject of 99 characters', { Subject: 'x'.repeat(99) }],
    ['a message of 256 KiB', { Message: 'x'.repeat(262_144) }],
    ['a message of any letters and lines', { Message: 'ä\n😀' }],
  ])('may have %s', async (_, more) => {
    const { region, topicArn, publish } = aTopic();
    await publish(more);
    expect(region.topics.publishedTo(topicArn)).toHaveLength(1);
  });

  test.each([
    ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'Invalid parameter: Subject'],
    ['a subject with a line break', { Subject: 'a\nb' }, 'Invalid parameter: Subject'],
    ['a line break at the end of its subject', { Subject: 'a\n' }, 'Invalid parameter: Subject'],
    ['a subject that is not ASCII', { Subject: 'für web' }, 'Invalid parameter: Subject'],
    ['an empty subject', { Subject: '' }, 'Invalid parameter: Subject'],
    ['more than 256 KiB of message, in bytes', { Message: 'ä'.repeat(131_073) }, 'Invalid parameter: Message too long'],
    ['no message', { Message: '' }, 'Invalid parameter: Empty message'],
  ])('is refused with %s', async (_, more, message) => {
    const { region, publish } = aTopic();
    expect(await rejection(publish(more))).toMatchObject({ name: 'InvalidParameterException', message });
    expect(region.topics.published).toEqual([]);
  });

  test('is refused for a topic that is not there', async () => {
    const { publish, topicArn } = aTopic();
    expect(await rejection(publish({ TopicArn: `${topicArn}-not` }))).toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
    });
    expect(await rejection(publish({ TopicArn: '' }))).toMatchObject({ name: 'InvalidParameterException' });
  });
});
