import type { ProbesInput } from './config';

/** A section that deploys nowhere, with three regions: what its functions may do is tested with it. */
export const example: ProbesInput = {
  regions: ['eu-central-1', 'us-east-1', 'ap-southeast-1'],
  targets: [
    { id: 'shop', url: 'https://shop.example.com/', intervalSeconds: 10 },
    { id: 'api', name: 'The API', url: 'https://api.example.com/health', assert: { status: [200] } },
  ],
  from: 'status@example.com',
  recipients: ['ops@example.com', 'boss@example.com'],
};
