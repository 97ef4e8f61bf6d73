import { labJobs } from '../systems/fleet/jobs';
import type { Lab } from '../systems/fleet/lab';

/** What a person can do to the lab's world, from a page or a command line. */
export class Controls {
  readonly #lab: Lab;
  readonly #speed: number;
  #broken = false;
  readonly #unlucky = new Set<string>();
  #repairJenkins: (() => void) | undefined;

  constructor(lab: Lab, speed: number) {
    this.#lab = lab;
    this.#speed = speed;
    const { behaviour } = labJobs.definitions.deploy ?? {};
    lab.jenkins?.updateJob(lab.jobs.deploy, {
      behaviour: {
        ...(typeof behaviour === 'object' && behaviour),
        result: ({ parameters }) => (this.#fails(parameters.NAME ?? '') ? 'FAILURE' : 'SUCCESS'),
        ending: (_, result) =>
          result === 'SUCCESS'
            ? []
            : ['GET http://127.0.0.1:8080/health: 503 Service Unavailable', 'smoke test failed'],
      },
    });
  }

  /** The next deploy to this name fails, as one does that meets a bad release. */
  failNextDeploy(name: string): void {
    this.#unlucky.add(name);
  }

  #fails(name: string): boolean {
    return this.#unlucky.delete(name) || this.#broken;
  }

  /** Changes the desired capacity of a group by so many. @returns what it is then. */
  async scale(group: string, by: number): Promise<number> {
    const { world } = this.#lab.region.autoScaling;
    const { desired, maxSize } = world.group(group);
    const next = Math.min(maxSize, Math.max(0, desired + Math.trunc(by)));
    world.setDesiredCapacity(group, next);
    return next;
  }

  /** Whether deploys fail from now on, as with a bad release. */
  async breakDeploys(broken: boolean): Promise<void> {
    this.#broken = broken;
  }

  /** Whether every connection to Jenkins breaks. */
  async takeJenkinsAway(away: boolean): Promise<void> {
    this.#repairJenkins?.();
    this.#repairJenkins = away
      ? this.#lab.jenkins?.faults.add({ answer: 'reset', times: Number.POSITIVE_INFINITY })
      : undefined;
  }

  /** Everything that the ledger knows is lost, as with a new table. */
  async loseLedger(): Promise<void> {
    this.#lab.ledger.restore();
  }

  async state(): Promise<{ deploysBroken: boolean; jenkinsAway: boolean; speed: number }> {
    return { deploysBroken: this.#broken, jenkinsAway: this.#repairJenkins !== undefined, speed: this.#speed };
  }
}
