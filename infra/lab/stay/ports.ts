import { createBuildLog } from '../../../functions/fleet/adapters/jenkins/log/build-log';
import { createJobCheck } from '../../../functions/fleet/adapters/jenkins/setup/job-check';
import type { JobChecks } from '../../../functions/fleet/operations/doctor';
import type { BuildLogs } from '../../../functions/fleet/ports/build-logs';
import { stepFunctionsPort } from '../engine';
import type { Lab } from '../systems/fleet/lab';

/** The ports of a lab that an operator's commands work with. */
export function portsOf(lab: Lab) {
  const { region, ledger, settings, clock } = lab;
  return {
    ledger,
    settings,
    autoScaling: region.autoScaling.api,
    activities: region.autoScaling.api,
    ec2: region.ec2.api,
    route53: region.route53.api,
    elasticLoadBalancing: region.elasticLoadBalancing.api,
    stepFunctions: stepFunctionsPort(lab.muster.engine),
    logs: logsOf(lab),
    jobs: jobsOf(lab),
    clock: { now: () => clock.now() },
  };
}

/** Where the lab is, in the words and ARNs of AWS. */
export function placeOf({ muster }: Lab) {
  return { stateMachineArn: muster.stateMachineArn, releaseArn: muster.releaseArn, identity: muster.identity };
}

const credentials = { user: 'muster', token: 'lab-token' };

function jobsOf({ clock }: Lab): JobChecks {
  return {
    check: (settings, job, parameters) =>
      createJobCheck({ url: settings.url, credentials, clock }).check(job, parameters),
  };
}

function logsOf({ clock }: Lab): BuildLogs {
  return {
    read: (settings, build, from) => {
      const log = createBuildLog({ url: settings.url, credentials, clock });
      return log.read(build, from);
    },
  };
}
