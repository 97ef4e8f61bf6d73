import { connectionLost } from '../../infra/lab/region/calls/faults';
import type { Ports } from '../../infra/lab/systems/fleet/deploy-muster';
import type { LabClock } from '../../infra/lab/kernel/clock';
import { intercept, type PortCall } from '../../infra/lab/region/calls/intercept';
import { ServiceError } from '../../infra/lab/region/base/service-error';
import { throttled } from '../../infra/lab/region/calls/throttling';
import { Draws } from './draws';
import { currentInvocation, never, type Invocation } from './invocation';
import { callFaults, type FaultName, type FaultRates } from './plan';

type Service = keyof Ports;
type CallFault = (typeof callFaults)[number];

export interface ChaosOptions {
  readonly seed: number;
  readonly clock: LabClock;
  readonly rates: FaultRates;
  /** Only these faults happen, by their ids: how a failure is made smaller. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly onFault: (fault: { id: string; what: FaultName; where: string }) => void;
}

/** One call of a port: its name in the plan, the run of a function that makes it, and the service that it goes to. */
interface CallSite {
  readonly where: string;
  readonly invocation: Invocation;
  readonly service: Service;
}

/** Decides which faults hit calls and functions. Each decision depends on the seed and on what it is about, nothing else. */
export class Chaos {
  readonly #options: ChaosOptions;
  #isOver = false;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** From here on no fault happens. */
  end(): void {
    this.#isOver = true;
  }

  /** Which of these faults hits `where`, if one does. */
  strikes<Name extends FaultName>(where: string, names: readonly Name[]): Name | undefined {
    if (this.#isOver) return undefined;
    const { seed, rates, only, onFault } = this.#options;
    let left = new Draws('fault', seed, where).unit();
    const what = names.find((name) => (left -= rates[name] ?? 0) < 0);
    if (what === undefined) return undefined;
    const id = new Draws('id', where).whole(0, 0xffffffff).toString(16).padStart(8, '0');
    if (only !== undefined && !only.has(id)) return undefined;
    onFault({ id, what, where });
    return what;
  }

  /** The same port, with faults on its calls. Only calls of functions are hit, each on its own. */
  intercept<Port extends object>(service: Service, port: Port): Port {
    return intercept(port, (call, proceed) => {
      const invocation = currentInvocation();
      if (invocation === undefined) return proceed();
      return this.#call(invocation, service, call, proceed);
    });
  }

  async #call(
    invocation: Invocation,
    service: Service,
    call: PortCall,
    proceed: () => Promise<unknown>,
  ): Promise<unknown> {
    if (invocation.dead) return never();
    invocation.calls += 1;
    const blindness = this.#blindness(invocation, service, call);
    if (blindness !== undefined) return blindness(proceed);
    const where = `${invocation.key}#${invocation.calls} ${service}.${call.operation}`;
    const fault = this.strikes(where, faultsOf(service, invocation));
    if (fault !== undefined) invocation.faults += 1;
    try {
      const answer = await this.#inject(fault, { where, invocation, service }, proceed);
      return await invocation.goOn(() => answer);
    } catch (error) {
      return invocation.goOn(() => {
        throw error;
      });
    }
  }

  /** Of one run of the reconciler: it is the same for all that it asks in it. */
  #blindness({ key, function: caller }: Invocation, service: Service, call: PortCall): Proceeding | undefined {
    if (this.#isOver || caller !== 'reconcile') return undefined;
    const where = `${key} blinded`;
    const kind = new Draws('blindness', this.#options.seed, where).pick(blindnesses);
    if (!kind.calls.test(`${service}.${call.operation}`)) return undefined;
    return this.strikes(where, ['blinded']) === undefined ? undefined : kind.makes(where, call);
  }

  async #inject(
    fault: CallFault | undefined,
    { where, invocation, service }: CallSite,
    proceed: () => Promise<unknown>,
  ): Promise<unknown> {
    switch (fault) {
      case undefined:
        return proceed();
      case 'refused':
        throw refusal(where);
      case 'throttled':
        throw slowDown(service);
      case 'answer-lost':
        await proceed();
        throw connectionLost();
      case 'repeated':
        await proceed();
        return proceed();
      case 'slow-before':
        await this.#wait(where);
        return invocation.dead ? never() : proceed();
      case 'slow-after': {
        const answer = await proceed();
        await this.#wait(where);
        return answer;
      }
      case 'killed-before':
        invocation.kill(...death(where));
        return never();
      case 'killed-after':
        await proceed();
        invocation.kill(...death(where));
        return never();
    }
  }

  #wait(where: string): Promise<void> {
    const draws = new Draws('slow', where);
    // Mostly a moment; now and then longer than the function has.
    const ms = draws.happens(0.8) ? draws.whole(50, 5_000) : draws.whole(5_000, 90_000);
    return new Promise((resolve) => this.#options.clock.after(ms, resolve));
  }
}

type Proceeding = (proceed: () => Promise<unknown>) => Promise<unknown>;

interface Blindness {
  readonly calls: RegExp;
  readonly makes: (where: string, call: PortCall) => Proceeding;
}

const refuses = (where: string) => () => Promise.reject(refusal(where));
const saysNothing = () => async () => ({});
const onePerPage = (_: string, { input }: PortCall): Proceeding => {
  Object.assign(input as object, { MaxRecords: 1 });
  return (proceed) => proceed();
};

const blindnesses = [
  { calls: /^autoScaling\.describe(?!LifecycleHooks)/, makes: refuses },
  { calls: /^autoScaling\.describe(?!LifecycleHooks)/, makes: saysNothing },
  { calls: /^autoScaling\.describe(?!LifecycleHooks)/, makes: onePerPage },
  { calls: /^autoScaling\.describeLifecycleHooks/, makes: refuses },
  { calls: /^autoScaling\.describeLifecycleHooks/, makes: saysNothing },
  { calls: /^stepFunctions\.(list|describe)/, makes: refuses },
  { calls: /^stepFunctions\.listExecutions/, makes: saysNothing },
  { calls: /^ledger\.records/, makes: refuses },
  { calls: /^settings\.read/, makes: refuses },
] as const satisfies readonly Blindness[];

/**
 * The ledger's adapter repeats a transaction under one token, which DynamoDB carries out once; some clients make one
 * attempt (`oneAttempt`). Requests to Jenkins meet their faults on the way.
 */
function faultsOf(service: Service, { function: caller }: Invocation): readonly CallFault[] {
  if (service === 'autoScaling' && caller === 'PutInService') return callFaults.filter((name) => name !== 'repeated');
  switch (service) {
    case 'jenkins':
      return ['killed-before', 'killed-after'];
    case 'ledger':
    case 'settings':
    case 'sns':
      return callFaults.filter((name) => name !== 'repeated');
    default:
      return callFaults;
  }
}

function refusal(where: string): Error {
  if (new Draws('refusal', where).happens(0.5)) return connectionLost();
  return new ServiceError({ code: 'InternalFailure', message: 'an internal error has occurred', status: 500 });
}

function slowDown(service: Service): Error {
  switch (service) {
    case 'settings':
      return new ServiceError({ code: 'ThrottlingException', message: 'Rate exceeded' });
    case 'sns':
      return new ServiceError({ code: 'Throttled', message: 'Rate exceeded', status: 429, name: 'ThrottledException' });
    case 'ledger':
    case 'jenkins': {
      const error = new ServiceError({ code: 'TransactionCanceledException', message: 'Transaction cancelled' });
      return Object.assign(error, { CancellationReasons: [{ Code: 'TransactionConflict' }] });
    }
    default:
      return throttled[service]();
  }
}

/** Most often it hung until its time was over; now and then its process crashed. */
function death(where: string): [name: string, message: string] {
  return new Draws('death', where).happens(0.8)
    ? ['Sandbox.Timedout', 'the function was killed']
    : ['Lambda.Unknown', 'the function crashed'];
}
