import type { EnvironmentName } from '../../infra/systems/fleet/functions';

/** What Lambda, and the stack, put into a function's environment; made up, and with every way out on this machine. */
export function lambdaEnvironment(endpoint = 'http://127.0.0.1:9'): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'test',
    AWS_ENDPOINT_URL: endpoint,
    ...fromTheStack,
  };
}

const fromTheStack: Record<EnvironmentName, string> = {
  SETTINGS_PREFIX: '/muster/groups/',
  DEPLOYMENT: 'aws:123456789012:eu-central-1:muster',
  LEDGER_TABLE: 'muster-ledger-1',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:scale-out',
  RELEASE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:release',
  JENKINS_URLS: '{}',
  HEARTBEATS: '{}',
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:muster-notifications',
  CHAT: 'no',
};
