import type { Activity as SdkActivity } from '@aws-sdk/client-auto-scaling';

/** One entry of a group's scaling activities. */
export interface Activity {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: Date;
  readonly details: Readonly<Record<string, unknown>>;
  endedAt?: Date;
  status: NonNullable<SdkActivity['StatusCode']>;
  message?: string;
  progress: number;
}
