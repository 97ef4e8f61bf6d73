import { uuid } from '../base/identifiers';
import type { RegionContext } from '../base/context';

/** An event as a rule's target receives it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds: `2026-01-01T00:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a publisher says; the bus adds the rest of the envelope. */
export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  readonly resources?: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export function envelope(context: RegionContext, entry: EventEntry): BusEvent {
  return {
    version: '0',
    id: uuid(context.random),
    'detail-type': entry.detailType,
    source: entry.source,
    account: context.account,
    time: inSeconds(context.clock.now()),
    region: context.name,
    resources: entry.resources ?? [],
    detail: entry.detail,
  };
}

/** EventBridge's and Auto Scaling's texts give times without milliseconds. */
export function inSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
