import { defineSystem } from '../system';
import { readWebhooks, type WebhooksSection } from './config';
import { WebhooksStack } from './stack';

export const system = defineSystem<WebhooksSection>({
  name: 'webhooks',
  read: readWebhooks,
  deploy: (place, section) => [new WebhooksStack(place, section)],
});
