import type {
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { isChangeOutdated, isZoneBusy, isZoneUnusable, messageOf, refusedChanges } from '../../shared/aws-errors';
import { answered } from './instance';
import { StepError } from '../contracts/errors';
import type { Change, ForeignSet, RecordSet } from '../domain/dns/record-sets';
import type { Route53 } from '../ports/aws';

/** What stands at one name of a zone. */
export interface NameContents {
  readonly records: readonly RecordSet[];
  /** What else is there: types that keep ours out, or ours in another form (an alias, a weighted record …). */
  readonly foreign: readonly ForeignSet[];
}

const ours = ['A', 'AAAA', 'PTR', 'TXT'] as const;

// Of what an address is looked up for, these say nothing: they stand beside ours, and stay as they are.
// All others keep ours out (a CNAME), or lead past it (NS, DS). Source: Route 53 developer guide, "Supported DNS record types".
const beside = ['CAA', 'HTTPS', 'MX', 'NAPTR', 'SPF', 'SRV', 'SSHFP', 'SVCB', 'TLSA'];

/** Reads all record sets of one name. @throws StepError `ZoneUnusable`. */
export async function readName(route53: Route53, zoneId: string, name: string): Promise<NameContents> {
  return contentsOf(await naming(zoneId, () => listName(route53, zoneId, `${name}.`)));
}

/** What the record sets of one name say. */
export function contentsOf(here: readonly ResourceRecordSet[]): NameContents {
  const records = here.flatMap((record) => toRecordSet(record) ?? []);
  const others = here.filter((record) => toRecordSet(record) === undefined && !beside.includes(record.Type ?? ''));
  return { records, foreign: others.map(toForeignSet) };
}

/**
 * A name holds at most one record set of each simple type, so one page is most often all. But weighted ones of
 * others can come before our TXT in any number, and what is on the next page is not absent.
 */
async function listName(route53: Route53, zoneId: string, name: string): Promise<ResourceRecordSet[]> {
  const here: ResourceRecordSet[] = [];
  let from: ListFrom | undefined = { StartRecordName: name };
  while (from !== undefined) {
    const page = await route53.listResourceRecordSets({ HostedZoneId: zoneId, ...from, MaxItems: 20 });
    const listed = answered(page.ResourceRecordSets, `the records of ${name}`);
    here.push(...listed.filter((record) => record.Name === name));
    from = page.IsTruncated === true && page.NextRecordName === name ? nextOf(page) : undefined;
  }
  return here;
}

type ListFrom = Pick<
  ListResourceRecordSetsCommandInput,
  'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'
>;

function nextOf({ NextRecordName, NextRecordType, NextRecordIdentifier }: ListNext): ListFrom {
  return {
    StartRecordName: NextRecordName,
    StartRecordType: NextRecordType,
    ...(NextRecordIdentifier !== undefined && { StartRecordIdentifier: NextRecordIdentifier }),
  };
}

type ListNext = Pick<ListResourceRecordSetsCommandOutput, 'NextRecordName' | 'NextRecordType' | 'NextRecordIdentifier'>;

/**
 * Makes all changes or none. @returns the id of the change, to wait for.
 * @throws StepError `ZoneBusy`: another change of the zone came first; read again. `ZoneUnusable`.
 */
export async function changeRecords(
  route53: Route53,
  zoneId: string,
  comment: string,
  changes: readonly Change[],
): Promise<string> {
  return naming(zoneId, () => send(route53, zoneId, comment, changes));
}

/**
 * The same for names of which nothing is known. @returns the id of the change; or, if something in the batch does not
 * fit what stands in the zone, what Route 53 says of it, with the names: nothing was changed then.
 *
 * @throws StepError `ZoneBusy`, `ZoneUnusable`.
 */
export async function createRecords(
  route53: Route53,
  zoneId: string,
  comment: string,
  changes: readonly Change[],
): Promise<{ readonly id: string } | { readonly refused: string }> {
  return unlessRefused(zoneId, () => send(route53, zoneId, comment, changes), isChangeOutdated);
}

/**
 * The same for the names of several: what the zone never takes is no error here, for it may be one name's fault only.
 *
 * @throws StepError `ZoneBusy`.
 */
export async function createForMany(
  route53: Route53,
  zoneId: string,
  comment: string,
  changes: readonly Change[],
): Promise<{ readonly id: string } | { readonly refused: string }> {
  const isRefusal = (error: unknown) => isChangeOutdated(error) || isZoneUnusable(error);
  return unlessRefused(zoneId, () => send(route53, zoneId, comment, changes), isRefusal);
}

async function unlessRefused(
  zoneId: string,
  change: () => Promise<string>,
  isRefusal: (error: unknown) => boolean,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  return naming(zoneId, async () => {
    try {
      return { id: await change() };
    } catch (error) {
      if (isRefusal(error)) return { refused: refusedChanges(error) };
      throw error;
    }
  });
}

async function send(route53: Route53, zoneId: string, comment: string, changes: readonly Change[]): Promise<string> {
  const { ChangeInfo } = await route53.changeResourceRecordSets({
    HostedZoneId: zoneId,
    ChangeBatch: {
      Comment: comment,
      Changes: changes.map(({ action, record }) => ({ Action: action, ResourceRecordSet: fromRecordSet(record) })),
    },
  });
  // Made, but by which change is not known: asked again, it is found, and confirmed by one that is.
  return answered(ChangeInfo?.Id, `the change of zone ${zoneId}`);
}

async function naming<Result>(zoneId: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (isZoneBusy(error))
      throw new StepError('ZoneBusy', `zone ${zoneId} is being changed by another request`, { cause: error });
    if (isChangeOutdated(error)) {
      throw new StepError('ZoneBusy', `zone ${zoneId} changed since it was read: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (isZoneUnusable(error)) {
      const said = refusedChanges(error);
      const hint = / is not permitted in zone /.test(said) ? '; dns has the id of another zone, or its name' : '';
      throw new StepError('ZoneUnusable', `zone ${zoneId} does not take it: ${said}${hint}`, { cause: error });
    }
    throw error;
  }
}

function toRecordSet(record: ResourceRecordSet): RecordSet | undefined {
  const { Name, Type, TTL, ResourceRecords, SetIdentifier } = record;
  const type = ours.find((one) => one === Type);
  if (Name === undefined || type === undefined || TTL === undefined || SetIdentifier !== undefined) return undefined;
  return { name: Name, type, ttl: TTL, values: (ResourceRecords ?? []).map(({ Value }) => Value ?? '') };
}

function fromRecordSet({ name, type, ttl, values }: RecordSet): ResourceRecordSet {
  return { Name: name, Type: type, TTL: ttl, ResourceRecords: values.map((Value) => ({ Value })) };
}

function toForeignSet({ Type, ResourceRecords = [], AliasTarget, SetIdentifier }: ResourceRecordSet): ForeignSet {
  const values = ResourceRecords.map(({ Value }) => Value ?? '');
  const told = AliasTarget === undefined ? values : ['alias of', AliasTarget.DNSName];
  const routed = SetIdentifier === undefined ? [] : [`(${SetIdentifier})`];
  return {
    text: [Type ?? 'a record', ...told, ...routed].join(' '),
    addresses: Type === 'A' || Type === 'AAAA' ? values : [],
  };
}
