import type { Random } from '../../../../functions/shared/random';
import type { LabClock } from '../../kernel/clock';

/** What every service of the fake region shares: its time, its chance and its address. */
export interface RegionContext {
  readonly clock: LabClock;
  readonly random: Random;
  readonly partition: string;
  /** `eu-central-1` */
  readonly name: string;
  readonly account: string;
}

/** `arn:<partition>:<service>:<region>:<account>:<resource>` */
export function arn(context: RegionContext, service: string, resource: string): string {
  return `arn:${context.partition}:${service}:${context.name}:${context.account}:${resource}`;
}
