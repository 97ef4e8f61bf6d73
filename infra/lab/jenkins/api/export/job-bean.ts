import type { BuildRecord } from '../../model/build-record';
import type { BuildResult } from '../../model/definitions';
import { jobPath, type Job } from '../../model/job';
import { beanOf, singleBean, type Bean, type Kind, type Value } from './bean';
import { buildBean } from './build-bean';
import { definitionBean } from './parameters';

/** `builds` never lists more than these; `allBuilds` does (FACTS.md, 3). */
const newest = 100;

const colors: Record<BuildResult, string> = {
  SUCCESS: 'blue',
  UNSTABLE: 'yellow',
  FAILURE: 'red',
  NOT_BUILT: 'notbuilt',
  ABORTED: 'aborted',
};

interface Subject {
  readonly job: Job;
  readonly rootUrl: string;
  readonly queueItem: () => Value;
}

const jobKind: Kind<Subject> = {
  className: ({ job }) =>
    job.pipeline ? 'org.jenkinsci.plugins.workflow.job.WorkflowJob' : 'hudson.model.FreeStyleProject',
  properties: {
    allBuilds: ({ job, rootUrl }) => job.builds.map((build) => buildBean(job, build, rootUrl)),
    buildable: ({ job }) => job.buildable,
    builds: ({ job, rootUrl }) => job.builds.slice(0, newest).map((build) => buildBean(job, build, rootUrl)),
    color: ({ job }) => color(job),
    concurrentBuild: ({ job }) => job.concurrent,
    disabled: ({ job }) => !job.buildable,
    displayName: ({ job }) => lastPart(job.name),
    fullName: ({ job }) => job.name,
    inQueue: ({ queueItem }) => queueItem() !== null,
    lastBuild: (subject) => last(subject, () => true),
    lastCompletedBuild: (subject) => last(subject, (build) => !build.inProgress),
    lastFailedBuild: (subject) => last(subject, (build) => !build.inProgress && build.result === 'FAILURE'),
    lastSuccessfulBuild: (subject) => last(subject, (build) => !build.inProgress && build.result === 'SUCCESS'),
    name: ({ job }) => lastPart(job.name),
    nextBuildNumber: ({ job }) => job.nextNumber,
    property: ({ job }) => properties(job),
    queueItem: ({ queueItem }) => queueItem(),
    url: ({ job, rootUrl }) => rootUrl + job.path,
  },
  brief: ['name', 'url', 'color'],
};

const parametersKind: Kind<Job> = {
  className: () => 'hudson.model.ParametersDefinitionProperty',
  properties: { parameterDefinitions: (job) => job.parameters.map(definitionBean) },
};

const discarder = singleBean('jenkins.model.BuildDiscarderProperty', {});

export function jobBean(job: Job, rootUrl: string, queueItem: () => Value): Bean {
  return beanOf(jobKind, { job, rootUrl, queueItem });
}

export function folderBean(name: string, jobs: () => readonly Bean[], rootUrl: string): Bean {
  return singleBean('com.cloudbees.hudson.plugins.folder.Folder', {
    fullName: () => name,
    jobs,
    name: () => lastPart(name),
    url: () => rootUrl + jobPath(name),
  });
}

function last({ job, rootUrl }: Subject, matches: (build: BuildRecord) => boolean): Value {
  const build = job.builds.find(matches);
  return build === undefined ? null : buildBean(job, build, rootUrl);
}

/** The parameters are one property among others, and those show nothing. */
function properties(job: Job): Value[] {
  const others = job.discards ? [discarder] : [];
  return job.parameters.length === 0 ? others : [...others, beanOf(parametersKind, job)];
}

function color(job: Job): string {
  if (!job.buildable) return 'disabled';
  const result = job.builds.find((build) => !build.inProgress)?.result;
  const settled = result ? colors[result] : 'notbuilt';
  return job.running === undefined ? settled : `${settled}_anime`;
}

function lastPart(name: string): string {
  return name.split('/').at(-1) ?? name;
}
