import { NamedError } from '../../../../functions/shared/named-error';
import { arrivals, reliable, type DeliveryQuality } from '../base/delivery';
import { arn, type RegionContext } from '../base/context';
import { uuid } from '../base/identifiers';
import { snsEvent, type Publication, type SnsEvent } from './envelope';

export interface Message extends Publication {
  readonly messageId: string;
  readonly at: string;
}

/** A failed delivery, after which nothing more was tried. */
export interface FailedDelivery {
  readonly topicArn: string;
  readonly event: SnsEvent;
  readonly error: unknown;
}

type Subscriber = (event: SnsEvent) => unknown;

/** The region's topics, each with Lambda subscribers. See SPEC.md. */
export class Topics {
  readonly #context: RegionContext;
  readonly #subscribers = new Map<string, Subscriber[]>();
  readonly #published: Message[] = [];
  readonly #failed: FailedDelivery[] = [];
  #quality: DeliveryQuality;

  constructor(context: RegionContext, quality: Partial<DeliveryQuality> = {}) {
    this.#context = context;
    this.#quality = { ...reliable, ...quality };
  }

  /** Everything ever published, also what got lost on its way. */
  get published(): readonly Message[] {
    return this.#published;
  }

  /** What was published to one topic, oldest first. */
  publishedTo(topicArn: string): readonly Message[] {
    return this.#published.filter((message) => message.topicArn === topicArn);
  }

  has(topicArn: string): boolean {
    return this.#subscribers.has(topicArn);
  }

  get failed(): readonly FailedDelivery[] {
    return this.#failed;
  }

  /** Changes how well messages arrive, from the next one on. */
  setDelivery(quality: Partial<DeliveryQuality>): void {
    this.#quality = { ...reliable, ...quality };
  }

  /** Makes the topic, if it does not exist, and returns its ARN. */
  create(name: string): string {
    const topicArn = arn(this.#context, 'sns', name);
    if (!this.#subscribers.has(topicArn)) this.#subscribers.set(topicArn, []);
    return topicArn;
  }

  subscribe(topicArn: string, subscriber: Subscriber): void {
    this.#topic(topicArn).push(subscriber);
  }

  /** Publishes a message and returns its id. Each subscriber gets it, or not, on its own luck. */
  publish(publication: Publication): string {
    const subscribers = this.#topic(publication.topicArn);
    const messageId = uuid(this.#context.random);
    this.#published.push({ ...publication, messageId, at: this.#context.clock.now().toISOString() });
    for (const subscriber of subscribers) {
      const event = snsEvent(this.#context, publication, messageId);
      for (const delay of arrivals(this.#context, this.#quality)) {
        this.#context.clock.after(delay, () => void this.#attempt(subscriber, event));
      }
    }
    return messageId;
  }

  async #attempt(subscriber: Subscriber, event: SnsEvent): Promise<void> {
    try {
      await subscriber(structuredClone(event));
    } catch (error) {
      this.#failed.push({ topicArn: event.Records[0]?.Sns.TopicArn ?? '', event, error });
    }
  }

  #topic(topicArn: string): Subscriber[] {
    const subscribers = this.#subscribers.get(topicArn);
    if (subscribers === undefined) {
      throw new NamedError('TopicUnknown', `there is no topic "${topicArn}"`, { fault: 'bug' });
    }
    return subscribers;
  }
}
