import type { BuildRecord } from '../../model/build-record';
import type { Job } from '../../model/job';
import { beanOf, ExactNumber, singleBean, type Bean, type Kind, type Value } from './bean';
import { causeAction, parametersAction } from './parameters';

interface Subject {
  readonly job: Job;
  readonly build: BuildRecord;
  readonly rootUrl: string;
}

const buildKind: Kind<Subject> = {
  className: ({ job }) =>
    job.pipeline ? 'org.jenkinsci.plugins.workflow.job.WorkflowRun' : 'hudson.model.FreeStyleBuild',
  properties: {
    actions: ({ build }) => actions(build),
    artifacts: () => [],
    building: ({ build }) => build.building,
    description: () => null,
    displayName: ({ build }) => `#${build.number}`,
    duration: ({ build }) => build.durationMs,
    estimatedDuration: ({ build }) => build.estimatedMs,
    executor: () => null,
    fullDisplayName: ({ job, build }) => `${job.name.replaceAll('/', ' » ')} #${build.number}`,
    id: ({ build }) => String(build.number),
    inProgress: ({ build }) => build.inProgress,
    keepLog: () => false,
    number: ({ build }) => build.number,
    queueId: ({ build }) => new ExactNumber(build.queueId),
    result: ({ build }) => build.result,
    timestamp: ({ build }) => build.startedAt,
    url: ({ build, rootUrl }) => rootUrl + build.path,
  },
  brief: ['number', 'url'],
  keptBy: ({ job, build, rootUrl }) => build.look(job.pipeline, rootUrl),
};

const saysNothing = singleBean(undefined, {});
const interruption = singleBean('jenkins.model.InterruptedBuildAction', {});

export function buildBean(job: Job, build: BuildRecord, rootUrl: string): Bean {
  return beanOf(buildKind, { job, build, rootUrl });
}

/** Sparse, as real ones are: actions that export nothing show as `{}` or null (FACTS.md, 3). */
function actions(build: BuildRecord): Value[] {
  const values = build.visibleValues;
  return [
    causeAction(build.causes),
    saysNothing,
    ...(values.length > 0 ? [parametersAction(values)] : []),
    ...(build.interrupted ? [interruption] : []),
    null,
  ];
}
