import { readAudit, type AuditInput } from '../../../infra/systems/audit/config';
import { AuditStack } from '../../../infra/systems/audit/stack';
import { account, placeOfTest } from '../../support/infra/place';

export { account } from '../../support/infra/place';

/** The stack of a section, with functions that do nothing. */
export function stackOf(given: AuditInput) {
  const read = readAudit(given, { account });
  if (!('section' in read)) throw new TypeError(JSON.stringify(read.mistakes));
  return new AuditStack(placeOfTest(), read.section);
}
