import { NamedError } from '../../../../functions/shared/named-error';
import type { Change, RRType } from '@aws-sdk/client-route-53';
import type { RegionContext } from '../base/context';
import { draw, type Duration } from '../base/duration';
import { capitalId } from '../base/identifiers';
import { decideBatch } from './change-batch';
import * as errors from './errors';
import { normalizeName } from './names';
import { RecordStore } from './record-store';
import { ownRecords, type Zone } from './zone';

export interface Route53Timings {
  /** How long a change occupies its zone: another one is refused meanwhile. */
  readonly processingMs: Duration;
  /** From the change to `INSYNC`. */
  readonly insyncMs: Duration;
}

export const route53Timings: Route53Timings = { processingMs: [50, 150], insyncMs: [20_000, 40_000] };

export interface ForeignRecord {
  readonly name: string;
  readonly type: RRType;
  readonly values: readonly string[];
  readonly ttl?: number;
  readonly setIdentifier?: string;
  readonly aliasOf?: string;
}

export interface ZoneChange {
  readonly id: string;
  readonly submittedAt: Date;
  readonly insyncAt: number;
  readonly comment: string | undefined;
}

/** The account's private hosted zones. See SPEC.md. */
export class Route53World {
  readonly #context: RegionContext;
  readonly #timings: Route53Timings;
  readonly #zones = new Map<string, Zone>();
  readonly #changes = new Map<string, ZoneChange>();

  constructor(context: RegionContext, timings: Partial<Route53Timings> = {}) {
    this.#context = context;
    this.#timings = { ...route53Timings, ...timings };
  }

  /** Makes a private zone, associated with these VPCs. */
  createZone(options: { name: string; id?: string; vpcIds?: readonly string[] }): Zone {
    const name = normalizeName(options.name);
    const id = options.id ?? capitalId(this.#context.random, 'Z');
    const records = new RecordStore(ownRecords(name));
    const zone: Zone = { id, name, vpcIds: options.vpcIds ?? [], records, recordLimit: 10_000, busyUntil: 0 };
    this.#zones.set(id, zone);
    return zone;
  }

  get zones(): readonly Zone[] {
    return [...this.#zones.values()];
  }

  /** The zone by its id, with or without `/hostedzone/`, or the error that its callers meet. */
  zone(id: string): Zone {
    const bare = id.replace(/^\/?hostedzone\//, '');
    const zone = this.#zones.get(bare);
    if (zone === undefined) throw errors.noSuchHostedZone(bare);
    return zone;
  }

  /** Puts a record into the zone without a change batch, and overwrites an existing one. */
  foreign(zoneId: string, { name, ttl = 300, ...record }: ForeignRecord): void {
    this.zone(zoneId).records.put({ ...record, name: normalizeName(name), ttl });
  }

  /** Takes a record out in the same way. */
  removeForeign(zoneId: string, name: string, type: RRType): void {
    this.zone(zoneId).records.delete(normalizeName(name), type);
  }

  /** Sets the zone's quota of record sets, which is 10,000 otherwise. */
  limitRecords(zoneId: string, recordLimit: number): void {
    this.zone(zoneId).recordLimit = recordLimit;
  }

  /** Applies a batch as a whole, or throws Route 53's refusal of it. */
  change(zone: Zone, changes: readonly Change[], comment: string | undefined): ZoneChange {
    const now = this.#context.clock.millis();
    if (now < zone.busyUntil) throw errors.priorRequestNotComplete();
    const decision = decideBatch(zone, changes);
    if ('refused' in decision) throw new errors.InvalidChangeBatch(decision.refused);
    decision.draft.apply();
    zone.busyUntil = now + draw(this.#context.random, this.#timings.processingMs);
    const change: ZoneChange = {
      id: capitalId(this.#context.random, 'C'),
      submittedAt: this.#context.clock.now(),
      insyncAt: now + draw(this.#context.random, this.#timings.insyncMs),
      comment,
    };
    this.#changes.set(change.id, change);
    return change;
  }

  /** The change by its id, with or without `/change/` (the SDK strips it), or the error that its callers meet. */
  changeOf(id: string): ZoneChange {
    const bare = id.replace(/^\/?change\//, '');
    const change = this.#changes.get(bare);
    if (change === undefined) throw errors.noSuchChange(bare);
    return change;
  }

  isInSync(change: ZoneChange): boolean {
    return this.#context.clock.millis() >= change.insyncAt;
  }

  /** The values of a name, as written (also what is not in sync yet); `[]` if there is no such record. */
  resolve(name: string, type: RRType = 'A'): readonly string[] {
    const wanted = normalizeName(name);
    for (const zone of this.#zones.values()) {
      const record = zone.records.get(wanted, type);
      if (record !== undefined) return record.values;
    }
    return [];
  }

  /** Ends a zone with all its records. */
  deleteZone(id: string): void {
    if (!this.#zones.delete(id)) throw new NamedError('ZoneUnknown', `there is no zone "${id}"`, { fault: 'bug' });
  }
}
