import type {
  CreateTagsCommandInput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  Tag,
} from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../../../functions/fleet/ports/aws';
import type { RegionContext } from '../base/context';
import { reservationOf } from './describe';
import * as errors from './errors';
import { filterBy } from './filters';
import type { Instance } from './instance';
import type { Ec2World } from './world';

type Output<T> = Omit<T, '$metadata'>;

/** Amazon EC2 as its callers see it. */
export class Ec2Api implements Ec2 {
  readonly #context: RegionContext;
  readonly #world: Ec2World;

  constructor(context: RegionContext, world: Ec2World) {
    this.#context = context;
    this.#world = world;
  }

  async describeInstances(input: DescribeInstancesCommandInput): Promise<Output<DescribeInstancesCommandOutput>> {
    const ids = input.InstanceIds ?? [];
    checkPaging(input, ids);
    const now = this.#now();
    const candidates = ids.length > 0 ? this.#visible(ids) : this.#allVisible();
    const found = candidates.filter(filterBy(input.Filters ?? [], now));
    const start = Number(input.NextToken ?? 0);
    const end = input.MaxResults === undefined ? found.length : start + input.MaxResults;
    return {
      Reservations: found.slice(start, end).map((instance) => reservationOf(instance, now, this.#context.account)),
      ...(end < found.length ? { NextToken: String(end) } : {}),
    };
  }

  async createTags(input: CreateTagsCommandInput): Promise<object> {
    const resources = input.Resources ?? [];
    const tags = input.Tags ?? [];
    if (resources.length === 0) throw errors.missingParameter('resourceIdSet');
    if (tags.length === 0) throw errors.missingParameter('tagSet');
    tags.forEach(checkTag);
    const keys = tags.map((tag) => tag.Key ?? '');
    const instances = this.#visible(resources);
    if (!instances.every((instance) => this.#world.isTaggable(instance))) throw errors.unauthorized('ec2:CreateTags');
    if (instances.some((instance) => instance.tags.countWith(keys) > 50)) throw errors.tagLimitExceeded();
    const written = Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
    instances.forEach((instance) => this.#world.writeTags(instance.id, written));
    return {};
  }

  /** All of them or an error: one unknown id fails the whole call. */
  #visible(ids: readonly string[]): Instance[] {
    const bad = ids.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
    if (bad !== undefined) throw errors.malformed(bad);
    const instances = ids.map((id) => this.#world.find(id)).filter((instance) => instance !== undefined);
    const seen = instances.filter((instance) => this.#isVisible(instance));
    const missing = ids.filter((id) => !seen.some((instance) => instance.id === id));
    if (missing.length > 0) throw errors.instanceNotFound(missing);
    return seen;
  }

  #allVisible(): Instance[] {
    return this.#world.instances.filter((instance) => this.#isVisible(instance));
  }

  #isVisible(instance: Instance): boolean {
    return instance.visibleAt <= this.#now() && !this.#world.isForgotten(instance);
  }

  #now(): number {
    return this.#context.clock.millis();
  }
}

function checkPaging(input: DescribeInstancesCommandInput, ids: readonly string[]): void {
  const max = input.MaxResults;
  if (max === undefined) return;
  if (ids.length > 0) {
    throw errors.invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  if (max < 5 || max > 1000) {
    throw errors.invalidValue(
      `Value ( ${max} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
}

function checkTag(tag: Tag): void {
  const key = tag.Key ?? '';
  if (key === '') throw errors.invalidValue('Tag key cannot be null or empty');
  if (key.toLowerCase().startsWith('aws:')) {
    throw errors.invalidValue(
      `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
    );
  }
  if (key.length > 127) throw errors.invalidValue('Tag key exceeds the maximum length of 127 characters');
  if ((tag.Value ?? '').length > 256) {
    throw errors.invalidValue('Tag value exceeds the maximum length of 256 characters');
  }
}
