import type { AuditInput } from './config';

/** A section that deploys nowhere, with both ways in: what its functions may do is tested with it. */
export const example: AuditInput = {
  buckets: [
    { name: 'logs', prefix: 'redshift' },
    { name: 'copies', folders: 'any' },
  ],
  logGroups: ['/aws/redshift/analytics/connectionlog', '/aws/redshift/analytics/userlog'],
  clusters: ['shop'],
  mail: { from: 'muster@example.com', to: ['security@example.com'] },
};
