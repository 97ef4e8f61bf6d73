import { parseEnvironment } from '../../../shared/environment';
import { parseHeartbeats } from '../../contracts/heartbeats';

/** What the stack tells the reconciler. @throws EnvironmentInvalid */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>) {
  const {
    SETTINGS_PREFIX: prefix,
    LEDGER_TABLE: tableName,
    CHAT: chat,
    ...told
  } = parseEnvironment(env, [
    'SETTINGS_PREFIX',
    'LEDGER_TABLE',
    'DEPLOYMENT',
    'STATE_MACHINE_ARN',
    'RELEASE_ARN',
    'TOPIC_ARN',
    'CHAT',
    'HEARTBEATS',
  ]);
  const deps = {
    deployment: told.DEPLOYMENT,
    stateMachineArn: told.STATE_MACHINE_ARN,
    releaseArn: told.RELEASE_ARN,
    topicArn: told.TOPIC_ARN,
    heartbeats: parseHeartbeats(told.HEARTBEATS),
  };
  return { prefix, tableName, chat, deps };
}
