import type { DeploymentInput } from './deployment';

// The one file to edit. It is checked as a whole before anything is synthesized: every mistake is shown at once, with
// what stands there and what is allowed. What each setting means is said beside its type: `DeploymentInput` here,
// `FleetInput` in infra/systems/fleet/config for the fleet, `GroupSettingsInput` in functions/fleet/contracts/settings.ts
// for what stands in a group.
//
// As it stands it is an example: it synthesizes, and deploys nowhere, since its account is an example too.

/** The private zone that the instances' names go into. */
const internal = { zoneId: 'Z0123456789EXAMPLE01', zoneName: 'internal.example.com', ttlSeconds: 60 };

/** The Jenkins that runs the jobs. The secret holds {"user", "token", "url"}; nothing secret stands here. */
const jenkins = { url: 'https://jenkins.internal.example.com', credentialsSecret: 'muster/jenkins' };

export const deployment: DeploymentInput = {
  account: '111122223333',
  region: 'eu-central-1',
  // A section for each system that is wanted; what has none creates nothing.
  fleet: {
    // Where the functions that talk to Jenkins run. Leave it out if Jenkins can be reached from the internet.
    network: {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      securityGroupId: 'sg-0123456789abcdef0',
      wayOut: 'nat',
    },
    groups: [
      {
        group: 'web',
        names: { pattern: '{group}-{index:02}' },
        dns: internal,
        tags: { Role: 'web', Hostname: '{name}' },
        jenkins,
        // A freed number is the next one given, and the resolver of an agent may know its name's last address for the
        // record's TTL. So what a job connects to is the address; the name is for what it writes.
        provision: { job: 'platform/provision', parameters: { HOST: '{address}', NAME: '{fqdn}' } },
        deploy: { job: 'shop/deploy-web', parameters: { HOST: '{address}' } },
        targetGroups: ['arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef'],
        heartbeatSeconds: 3600,
        holdMinutes: 60,
      },
    ],
  },
};
