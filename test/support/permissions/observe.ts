import { functionOfPlaceholder } from '../../../infra/constructs/placeholders';
import { wrapPorts } from '../../../infra/lab/systems/fleet/wrap-ports';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LabOptions } from '../../../infra/lab/systems/fleet/lab';
import type { StepInterceptor, Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import type { FunctionName } from '../../../infra/systems/fleet/function-permissions';
import { iamActions, type ObservedPorts } from './iam-actions';
import type { IamRequest } from './request';
import type { World } from './world';

/** A call of a port's method by a function. */
export interface ObservedCall {
  readonly functionName: FunctionName;
  readonly port: keyof ObservedPorts;
  readonly method: string;
  readonly input: unknown;
}

/** Sees to it that each call is put down to the function that makes it, however the functions interleave. */
export class Observer {
  readonly #running = new AsyncLocalStorage<FunctionName>();
  readonly #onCall: (call: ObservedCall) => void;

  constructor(onCall: (call: ObservedCall) => void) {
    this.#onCall = onCall;
  }

  /** To make the lab with. */
  readonly options = {
    interceptPorts: (ports) => this.#observed(ports),
    interceptStep: (step, run) => this.#as(functionOfPlaceholder(step) as FunctionName, run),
    interceptTrigger: (name, run) => this.#as(name as FunctionName, run),
  } satisfies Partial<LabOptions> & { interceptStep: StepInterceptor };

  #as<Input, Output>(functionName: FunctionName, run: (input: Input) => Output): (input: Input) => Output {
    return (input) => this.#running.run(functionName, () => run(input));
  }

  #observed(ports: Ports): Ports {
    return wrapPorts(ports, (name, port, settings) =>
      intercept(port, ({ operation, input }, proceed) => {
        this.#note(name, operation, settings ?? input);
        return proceed();
      }),
    );
  }

  /** Also a call that is refused has needed its permission, so it is noted before it is made. */
  #note(port: keyof ObservedPorts, method: string, input: unknown): void {
    const functionName = this.#running.getStore();
    if (functionName === undefined) throw new Error(`${port}.${method} was called by no function`);
    this.#onCall({ functionName, port, method, input });
  }
}

/** What IAM is asked for a call. */
export function requestsOf({ port, method, input }: ObservedCall, world: World): IamRequest[] {
  const entries: Readonly<Record<string, unknown>> = iamActions[port];
  const entry = entries[method] as ((input: unknown, world: World) => IamRequest[]) | undefined;
  if (entry === undefined) throw new Error(`iam-actions does not say what ${port}.${method} needs`);
  return entry(input, world);
}
