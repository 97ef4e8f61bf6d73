import type { Job } from '../../model/job';
import type { Call } from '../call';
import type { HttpResponse } from '../messages';

/** `config.xml` as Jenkins writes it, as far as the build discarder goes: it is the only place that tells its numbers. */
export function configXml(call: Call, job: Job): HttpResponse {
  call.needs('hudson.model.Item.ExtendedRead');
  const headers = { 'Content-Type': 'application/xml;charset=utf-8', 'X-Jenkins': call.site.core.version };
  const kind = job.pipeline ? 'flow-definition' : 'project';
  const body = [
    "<?xml version='1.1' encoding='UTF-8'?>",
    `<${kind}>`,
    '  <keepDependencies>false</keepDependencies>',
    ...(job.discards ? ['  <properties>', ...discarder(job), '  </properties>'] : ['  <properties/>']),
    `  <disabled>${!job.buildable}</disabled>`,
    `</${kind}>`,
  ];
  return { status: 200, headers, body: body.join('\n') };
}

function discarder({ definition }: Job): string[] {
  return [
    '    <jenkins.model.BuildDiscarderProperty>',
    '      <strategy class="hudson.tasks.LogRotator">',
    `        <daysToKeep>${definition.daysToKeep ?? -1}</daysToKeep>`,
    `        <numToKeep>${definition.numToKeep ?? -1}</numToKeep>`,
    '        <artifactDaysToKeep>-1</artifactDaysToKeep>',
    '        <artifactNumToKeep>-1</artifactNumToKeep>',
    '        <removeLastBuild>false</removeLastBuild>',
    '      </strategy>',
    '    </jenkins.model.BuildDiscarderProperty>',
  ];
}
