import { NamedError } from '../../../../functions/shared/named-error';
import { draw, type Duration } from '../base/duration';
import type { RegionContext } from '../base/context';
import { createInstance, type InterfaceOptions, type LaunchOptions } from './create-instance';
import { launchRefused } from './errors';
import type { AppState, Instance, InstanceState, MoreInterface } from './instance';
import { Subnet, type SubnetOptions } from './network';

export interface Ec2Timings {
  /** From the launch to `running`. */
  readonly bootMs: Duration;
  /** From `shutting-down` to `terminated`, and from `stopping` to `stopped`. */
  readonly shutdownMs: Duration;
  /** How long the API does not know a fresh id. */
  readonly visibleAfterMs: Duration;
  /** How long a tag is written, but not shown. */
  readonly tagsVisibleAfterMs: Duration;
  /** How long after the launch a role that may tag the group's instances only is refused: its tag is not seen yet. */
  readonly taggableAfterMs: number;
  /** How long the API still shows a terminated instance. */
  readonly terminatedVisibleMs: number;
}

export const ec2Timings: Ec2Timings = {
  bootMs: [3_000, 10_000],
  shutdownMs: [10_000, 30_000],
  visibleAfterMs: [0, 2_000],
  tagsVisibleAfterMs: [0, 2_000],
  taggableAfterMs: 0,
  terminatedVisibleMs: 3_600_000,
};

type Listener = (instance: Instance, state: InstanceState) => void;

/** The region's instances, and what happens to them. See SPEC.md. */
export class Ec2World {
  readonly #context: RegionContext;
  readonly #timings: Ec2Timings;
  readonly #subnets = new Map<string, Subnet>();
  readonly #instances = new Map<string, Instance>();
  readonly #listeners: Listener[] = [];
  #refusal: string | undefined;
  #interfaces: InterfaceOptions = {};

  constructor(context: RegionContext, timings: Partial<Ec2Timings> = {}) {
    this.#context = context;
    this.#timings = { ...ec2Timings, ...timings };
  }

  addSubnet(options: SubnetOptions): Subnet {
    const subnet = new Subnet(options);
    this.#subnets.set(subnet.id, subnet);
    return subnet;
  }

  subnet(id: string): Subnet {
    const subnet = this.#subnets.get(id);
    if (subnet === undefined) throw new NamedError('SubnetUnknown', `there is no subnet "${id}"`, { fault: 'bug' });
    return subnet;
  }

  get subnets(): readonly Subnet[] {
    return [...this.#subnets.values()];
  }

  /** Every instance that the API still knows or will know, launched first comes first. */
  get instances(): readonly Instance[] {
    this.#forget();
    return [...this.#instances.values()];
  }

  find(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  /** The instance; the lab asks for none that was never launched. */
  instance(id: string): Instance {
    const instance = this.#instances.get(id);
    if (instance === undefined)
      throw new NamedError('InstanceUnknown', `no instance "${id}" was launched`, { fault: 'bug' });
    return instance;
  }

  /** Calls the listener at each change of an instance's state, after it. */
  onTransition(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Makes every further launch, and every start of a stopped instance, fail with this message, until called with `undefined`. */
  refuseLaunches(message: string | undefined): void {
    this.#refusal = message;
  }

  /** What every further launch gets beside its primary network interface. */
  setInterfaces(interfaces: InterfaceOptions): void {
    this.#interfaces = interfaces;
  }

  /** The instance that has the address at that time, on any of its interfaces. Default: now. */
  holderOf(address: string, at: number = this.#context.clock.millis()): Instance | undefined {
    return this.holdersOf(address)(at);
  }

  /** Whose the address is at one time or another: looked up once, for callers that ask about many times. */
  holdersOf(address: string): (at: number) => Instance | undefined {
    const holders: Instance[] = [];
    for (const instance of this.#instances.values())
      if (has(instance, address) || instance.moreInterfaces.some((more) => has(more, address))) holders.push(instance);
    return (at) =>
      holders.find(
        ({ launchedAt, terminatedAt }) =>
          launchedAt.getTime() <= at && (terminatedAt === undefined || at < terminatedAt),
      );
  }

  /** Starts an instance: `pending` now, `running` after its boot time. The application on it is down. */
  launch(options: LaunchOptions): Instance {
    if (this.#refusal !== undefined) throw launchRefused(this.#refusal);
    if (options.instanceId !== undefined && this.#instances.has(options.instanceId)) {
      throw new NamedError('InstanceExists', `instance ${options.instanceId} exists already`, { fault: 'bug' });
    }
    const hiddenMs = draw(this.#context.random, this.#timings.visibleAfterMs);
    const instance = createInstance(this.#context, this.subnet(options.subnetId), options, {
      hiddenMs,
      interfaces: this.#interfaces,
    });
    this.#instances.set(instance.id, instance);
    this.#write(instance, options.tags ?? {});
    this.#later(instance, this.#timings.bootMs, 'pending', 'running');
    return instance;
  }

  /** Ends an instance; no hook is asked. Does nothing to one that has ended, or is forgotten, already. */
  terminate(id: string): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.terminatedAt !== undefined || instance.state.current === 'shutting-down')
      return;
    this.#enter(instance, 'shutting-down');
    this.#later(instance, this.#timings.shutdownMs, 'shutting-down', 'terminated');
  }

  stop(id: string): void {
    const instance = this.#in(id, 'running');
    this.#enter(instance, 'stopping');
    this.#later(instance, this.#timings.shutdownMs, 'stopping', 'stopped');
  }

  /** Starts a stopped instance again, with the address it had. EC2 can refuse that as it can a launch. */
  start(id: string): void {
    const instance = this.#in(id, 'stopped');
    if (this.#refusal !== undefined) throw launchRefused(this.#refusal);
    this.#enter(instance, 'pending');
    this.#later(instance, this.#timings.bootMs, 'pending', 'running');
  }

  /** Gives a running instance a new root volume. It stays `running`, but reboots: the application on it is down. */
  replaceRootVolume(id: string): void {
    this.instance(id).app.set(this.#context.clock.millis(), 'down');
  }

  /** How the application answers health checks from now on. The lab sets it when the deploy build has finished. */
  setAppState(id: string, state: AppState): void {
    this.instance(id).app.set(this.#context.clock.millis(), state);
  }

  /** Writes tags with no check, as AWS itself does: they become visible later. */
  writeTags(id: string, tags: Readonly<Record<string, string>>): void {
    this.#write(this.instance(id), tags);
  }

  /** Takes tags away, as AWS itself does with its own: they are shown for a while yet. */
  removeTags(id: string, keys: readonly string[]): void {
    const now = this.#context.clock.millis();
    const visibleAt = now + draw(this.#context.random, this.#timings.tagsVisibleAfterMs);
    for (const key of keys) this.instance(id).tags.delete(key, now, visibleAt);
  }

  #write(instance: Instance, tags: Readonly<Record<string, string>>): void {
    const now = this.#context.clock.millis();
    const visibleAt = now + draw(this.#context.random, this.#timings.tagsVisibleAfterMs);
    for (const [key, value] of Object.entries(tags)) instance.tags.set(key, value, now, visibleAt);
  }

  #later(instance: Instance, delay: Duration, from: InstanceState, to: InstanceState): void {
    this.#context.clock.after(draw(this.#context.random, delay), () => {
      if (instance.state.current === from) this.#enter(instance, to);
    });
  }

  #enter(instance: Instance, state: InstanceState): void {
    const now = this.#context.clock.millis();
    instance.state.set(now, state);
    if (state !== 'running') instance.app.set(now, 'down');
    if (state === 'terminated') {
      instance.terminatedAt = now;
      for (const { subnet, place } of [instance, ...instance.moreInterfaces]) subnet.free(place);
    }
    this.#listeners.forEach((listener) => listener(instance, state));
  }

  #in(id: string, state: InstanceState): Instance {
    const instance = this.instance(id);
    if (instance.state.current === state) return instance;
    const text = `instance ${id} is ${instance.state.current}, not ${state}`;
    throw new NamedError('InstanceStateWrong', text, { fault: 'bug' });
  }

  /** Whether those who may tag instances of its group only may tag it (yet). */
  isTaggable({ launchedAt }: Instance): boolean {
    return this.#context.clock.millis() >= launchedAt.getTime() + this.#timings.taggableAfterMs;
  }

  /** Whether the API has stopped showing it. */
  isForgotten(instance: Instance): boolean {
    const { terminatedAt } = instance;
    return (
      terminatedAt !== undefined && this.#context.clock.millis() > terminatedAt + this.#timings.terminatedVisibleMs
    );
  }

  #forget(): void {
    for (const instance of this.#instances.values()) {
      if (this.isForgotten(instance)) this.#instances.delete(instance.id);
    }
  }
}

function has({ privateIp, ipv6 }: Pick<MoreInterface, 'privateIp' | 'ipv6'>, address: string): boolean {
  return address === privateIp || address === ipv6;
}
