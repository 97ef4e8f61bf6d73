import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Common } from '../systems/system';
import type { Deployment } from './deployment';

const retention: Readonly<Record<Deployment['logRetentionDays'], RetentionDays>> = {
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  60: RetentionDays.TWO_MONTHS,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
  731: RetentionDays.TWO_YEARS,
};

/** What the stacks of all systems have in common. */
export function commonOf({ logRetentionDays, ...deployment }: Deployment): Common {
  const { stackName, account, region, notify, chat, runbook } = deployment;
  return { stackName, account, region, notify, chat, runbook, logRetention: retention[logRetentionDays] };
}
