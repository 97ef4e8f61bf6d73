import type { Instance, InstanceState } from '../../ec2/instance';
import type { Ec2World } from '../../ec2/world';

/** Calls back once when an instance reaches a state. */
export class InstanceWatch {
  readonly #waiting = new Map<string, { readonly state: InstanceState; readonly run: () => void }[]>();
  readonly #ec2: Ec2World;

  constructor(ec2: Ec2World) {
    this.#ec2 = ec2;
    ec2.onTransition((instance, state) => this.#changed(instance, state));
  }

  /** At once if it is in that state already; never, if it never gets there. */
  when(instanceId: string, state: InstanceState, run: () => void): void {
    // EC2 forgets an instance an hour after its end: by then it is as terminated as can be.
    const current = this.#ec2.find(instanceId)?.state.current ?? 'terminated';
    if (current === state) {
      run();
      return;
    }
    const waiting = this.#waiting.get(instanceId) ?? [];
    this.#waiting.set(instanceId, [...waiting, { state, run }]);
  }

  #changed(instance: Instance, state: InstanceState): void {
    const waiting = this.#waiting.get(instance.id);
    if (waiting === undefined) return;
    const due = waiting.filter((entry) => entry.state === state);
    const rest = waiting.filter((entry) => entry.state !== state);
    if (rest.length === 0 || state === 'terminated') this.#waiting.delete(instance.id);
    else this.#waiting.set(instance.id, rest);
    due.forEach((entry) => entry.run());
  }
}
