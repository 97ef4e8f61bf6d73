import { defineSystem } from '../system';
import { readAudit, type AuditSection } from './config';
import { AuditStack } from './stack';

export const system = defineSystem<AuditSection>({
  name: 'audit',
  read: readAudit,
  deploy: (place, section) => [new AuditStack(place, section)],
});
