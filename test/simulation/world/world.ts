import { wrapPorts } from '../../../infra/lab/systems/fleet/wrap-ports';
import type { FleetMetrics } from '../../../functions/fleet/contracts/metrics';
import { jsonLogger } from '../../../functions/shared/runtime';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createLab, type Lab } from '../../../infra/lab/systems/fleet/lab';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { deadlyErrors, passingErrors } from '../../../functions/shared/lambda/service-errors';
import { Draws } from '../draws';
import { Chaos } from '../chaos';
import { addGroups } from './groups';
import type { GroupInWorld } from './group-in-world';
import type { Iam } from './iam';
import { currentInvocation } from '../invocation';
import { FunctionInterceptor } from './function-interceptor';
import { Journal, type Observation, type Violation } from './observe';
import type { Plan } from '../plan';
import { ObservedLedger } from './observed-ledger';

export interface WorldOptions {
  readonly onlyFaults?: ReadonlySet<string> | undefined;
  readonly keepsLines?: boolean;
}

/** A lab in which everything is observed, and anything may break. */
export class World {
  readonly plan: Plan;
  readonly clock = new VirtualClock();
  readonly journal: Journal;
  readonly chaos: Chaos;
  readonly functions: FunctionInterceptor;
  /** Who holds what, as the calls that took effect say. */
  readonly observedLedger = new ObservedLedger(() => this.clock.millis());
  readonly firedFaults: string[] = [];
  /** How many messages there have been about each failure. */
  readonly reported = new Map<string, number>();
  violation: Violation | undefined;
  /** From here on no fault may hit it that was planned before. */
  isQuiet = false;
  /** When the reconciler last counted some that wait unserved (ms). */
  unservedCountedAt = -Infinity;
  /** In a world that is deployed again, what IAM lets functions do. */
  #iam: Iam | undefined;
  readonly #watchers: ((seen: Observation) => void)[] = [];
  #lab: Lab | undefined;
  #groups: readonly GroupInWorld[] = [];

  private constructor(plan: Plan, options: WorldOptions) {
    this.plan = plan;
    this.journal = new Journal(() => this.clock.millis(), options.keepsLines ?? false);
    this.chaos = new Chaos({
      seed: plan.seed,
      clock: this.clock,
      rates: plan.rates,
      only: options.onlyFaults,
      onFault: ({ id, what, where }) => {
        this.firedFaults.push(id);
        this.see({ kind: 'fault', id, what, where });
      },
    });
    this.functions = new FunctionInterceptor({
      clock: this.clock,
      chaos: this.chaos,
      onEnd: (invocation, error) => this.see({ kind: 'ended', invocation, error }),
      ...(plan.kinds.includes('odd-errors') && { reportedAs: oddError }),
    });
  }

  static async create(plan: Plan, options: WorldOptions = {}): Promise<World> {
    const world = new World(plan, options);
    const { rates, timings, throttling, seed, executors } = plan;
    // It brings the CDK with it, which takes its time to load.
    if (plan.kinds.includes('redeployed')) world.#iam = new (await import('./iam')).Iam();
    world.#lab = await createLab({
      clock: world.clock,
      seed,
      reachedOver: 'memory',
      executors,
      region: { timings, throttling, events: { quality: deliveryOf(rates) }, notifications: deliveryOf(rates) },
      log: jsonLogger((line) => world.see({ kind: 'log', line })),
      metrics: world.#metrics(),
      interceptPorts: (ports) => world.#intercept(ports),
      interceptStep: world.functions.step,
      interceptTrigger: world.functions.trigger,
    });
    world.#listen();
    world.#groups = addGroups(world);
    return world;
  }

  get lab(): Lab {
    if (this.#lab === undefined) throw new TypeError('the world is not made yet');
    return this.#lab;
  }

  get iam(): Iam | undefined {
    return this.#iam;
  }

  get groups(): readonly GroupInWorld[] {
    return this.#groups;
  }

  group(name: string): GroupInWorld | undefined {
    return this.#groups.find(({ plan }) => plan.name === name);
  }

  /** Calls `watcher` with everything that happens, at the moment when it does. */
  watch(watcher: (seen: Observation) => void): void {
    this.#watchers.push(watcher);
  }

  see(seen: Observation): void {
    this.journal.add(seen);
    if (seen.kind === 'call') this.observedLedger.note(seen);
    for (const watcher of this.#watchers) watcher(seen);
  }

  /** Takes note of the first thing that must not be; what comes after it may only follow from it. */
  violate(checker: string, what: string): void {
    this.violation ??= { checker, what, at: this.journal.at };
  }

  #metrics(): FleetMetrics {
    return {
      count: (name: string, value: number) => {
        if (name === 'WaitingUnserved' && value > 0) this.unservedCountedAt = this.clock.millis();
      },
      duration: () => undefined,
    };
  }

  /** Inside the faults: what is seen has really been called. */
  #intercept(ports: Ports): Ports {
    return wrapPorts(ports, (name, port, settings) => {
      const seen = name === 'jenkins' ? port : this.#tapped(name, port);
      return this.chaos.intercept(name, this.#iam?.intercept(name, seen, settings) ?? seen);
    });
  }

  #tapped<Port extends object>(service: string, port: Port): Port {
    return intercept(port, async ({ operation, input, more }, proceed) => {
      const name = `${service}.${operation}`;
      const given = more.length === 0 ? input : [input, ...more];
      const by = currentInvocation();
      // Field by field: to spread them out costs more than to write them down.
      const open = operation === 'completeLifecycleAction' ? this.#openActions(input) : undefined;
      try {
        const output = await proceed();
        this.see({ kind: 'call', name, input: given, output, error: undefined, by, open });
        return output;
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        this.see({ kind: 'call', name, input: given, output: undefined, error, by, open });
        throw thrown;
      }
    });
  }

  #openActions(input: unknown): Record<string, string> {
    const { InstanceId = '' } = input as { InstanceId?: string };
    return this.lab.region.autoScaling.world.actions.tokens(InstanceId);
  }

  #listen(): void {
    const { region, muster, jenkins } = this.lab;
    region.bus.watch((event) => this.see({ kind: 'event', event }));
    muster.engine.on('history', (notice) => this.see({ kind: 'history', notice }));
    jenkins?.on('queued', (request) => this.see({ kind: 'queued', request }));
    jenkins?.on('build-started', (build) => this.see({ kind: 'build-started', build }));
    jenkins?.on('build-finished', (build) => this.see({ kind: 'build-finished', build }));
  }
}

/** Any of the names under which Lambda and Step Functions say that a step did not run, and some that are not known yet. */
function oddError(_: string, where: string): string {
  const draws = new Draws('odd error', where);
  if (draws.happens(0.05))
    return draws.pick(['Lambda.QuantumStateException', 'Sandbox.Evicted', 'Runtime.NoSuchThing']);
  return draws.pick(draws.happens(0.8) ? somePassing : someDeadly);
}

const somePassing = passingErrors as [string, ...string[]];
const someDeadly = deadlyErrors as [string, ...string[]];

function deliveryOf({ lost = 0, doubled = 0, delayed = 0 }: Plan['rates']) {
  // Late ones overtake one another; the latest come after much else has happened.
  return {
    loss: lost,
    duplication: doubled,
    delayMs: delayed === 0 ? 300 : ([50, 1_000 + delayed * 600_000] as const),
  };
}
