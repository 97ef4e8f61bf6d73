import type { JobDefinition } from '../../jenkins';

/** Full names of the jobs that a launch goes through. */
export interface JobNames {
  readonly provision: string;
  readonly deploy: string;
}

/** What the lab's jobs are given; the correlation parameter comes on top. */
export function parametersOf(): Record<string, string> {
  return { NAME: '{name}', INSTANCE: '{instanceId}', ADDRESS: '{address}' };
}

const parameters = [...Object.keys(parametersOf()), 'MUSTER_BUILD'].map((name) => ({ name }));

function job(name: string, seconds: readonly [number, number], steps: readonly string[]): JobDefinition {
  const [shortest, longest] = seconds;
  return {
    name,
    parameters,
    pipeline: true,
    estimatedMs: ((shortest + longest) / 2) * 1000,
    behaviour: {
      durationMs: (random) => (shortest + random.next() * (longest - shortest)) * 1000,
      log: (build) => steps.map((step) => `[${build.parameters.NAME ?? '?'}] ${step}`),
    },
  };
}

const provision = job(
  'platform/provision',
  [40, 60],
  ['waiting for ssh', 'base packages', 'users and keys', 'monitoring agent', 'reboot'],
);
const deploy = job(
  'platform/deploy',
  [25, 40],
  ['fetching release 4.2.0', 'unpacking', 'starting web.service', 'smoke test'],
);

/** The stand-in's jobs. */
export const labJobs: JobNames & { readonly definitions: Readonly<Record<string, JobDefinition>> } = {
  provision: provision.name,
  deploy: deploy.name,
  definitions: { provision, deploy },
};
