import type { BuildBehaviour, Build, BuildResult } from '../../../infra/lab/jenkins';
import { labJobs } from '../../../infra/lab/systems/fleet/jobs';
import type { AppState } from '../../../infra/lab/region/ec2/instance';
import { Draws } from '../draws';
import type { World } from './world';

/** The job that settings name in its place in a world of changed jobs, and the other way about. */
export function otherJob(job: string): string {
  return job.endsWith(other) ? job.slice(0, -other.length) : `${job}${other}`;
}

const other = '-next';

/** Whether it is this job, or the one that stands in its place. */
export function isJob(job: string, named: string): boolean {
  return job === named || job === otherJob(named);
}

/** How builds go at the moment. */
export class Builds {
  readonly #world: World;
  /** Until when (ms) most of them fail, or never end by themselves. */
  failUntil = 0;
  hangUntil = 0;
  /** Until when (ms) applications answer late after their deploy, and how late (s). */
  lateUntil = 0;
  lateSeconds = 0;

  constructor(world: World) {
    this.#world = world;
    const { jenkins, jobs, region } = world.lab;
    const names = [jobs.provision, jobs.deploy];
    if (world.plan.kinds.includes('jobs-changed')) {
      for (const { name, ...job } of Object.values(labJobs.definitions))
        jenkins?.addJob({ ...job, name: otherJob(name) });
      names.push(...names.map(otherJob));
    }
    for (const job of names)
      jenkins?.updateJob(job, { behaviour: (build) => this.#behaviour(build), ...this.#kept(job) });
    jenkins?.on('build-finished', (build) => this.#deployed(build));
    region.ec2.world.onTransition(({ id }, state) => {
      if (state === 'running') this.#booted(id);
    });
    // A new root volume is a reboot as well, and EC2 says `running` all the time.
    region.bus.watch(({ detail }) => {
      if (detail.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING')
        this.#booted(String(detail.EC2InstanceId));
    });
  }

  /** Only where builds are pruned: so few that the launches of a group can need more. */
  #kept(job: string): { readonly numToKeep?: number } {
    const { kinds, seed } = this.#world.plan;
    return kinds.includes('pruned-builds') ? { numToKeep: new Draws('kept', seed, job).pick([5, 10, 100]) } : {};
  }

  /** Everything goes well from now on. */
  repair(): void {
    this.failUntil = this.hangUntil = this.lateUntil = 0;
  }

  #behaviour(build: Build): BuildBehaviour {
    // Without the account and the region in front.
    const request = build.parameters.MUSTER_BUILD?.split(':').at(-1) ?? build.number;
    const draws = new Draws('build', this.#world.plan.seed, build.job, request);
    const now = this.#world.clock.millis();
    const hangs = now < this.hangUntil && draws.happens(0.5);
    const fails = now < this.failUntil && draws.happens(0.7);
    const result = fails
      ? draws.pick<BuildResult>(['FAILURE', 'FAILURE', 'UNSTABLE', 'ABORTED', 'NOT_BUILT'])
      : 'SUCCESS';
    return {
      durationMs: hangs ? 3_600_000 : draws.whole(5, 60) * 1000,
      result,
      log: () => ['step one'],
      ending: () => (fails ? ['it went wrong'] : []),
    };
  }

  /** Here the application may take its time, or show an error first; a build that is only unstable has deployed too. */
  #deployed({ job, result, parameters: { INSTANCE: id = '' } }: Build): void {
    const { clock, lab } = this.#world;
    if (!isJob(job, lab.jobs.deploy) || (result !== 'SUCCESS' && result !== 'UNSTABLE')) return;
    const isLate = clock.millis() < this.lateUntil;
    if (isLate) this.#answers(id, { status: 503 });
    clock.after(isLate ? this.lateSeconds * 1000 : 0, () => this.#answers(id, 'healthy'));
  }

  /** Where nothing is deployed the image has the application, which comes up again after every reboot. */
  #booted(id: string): void {
    const member = this.#world.lab.region.autoScaling.world.member(id);
    const group = member && this.#world.group(member.group.name);
    if (group !== undefined && !group.plan.jobs.includes('deploy')) this.#answers(id, 'healthy');
  }

  #answers(id: string, state: AppState): void {
    const { world } = this.#world.lab.region.ec2;
    const current = world.find(id)?.state.current;
    if (current === 'running' || current === 'pending') world.setAppState(id, state);
  }
}
