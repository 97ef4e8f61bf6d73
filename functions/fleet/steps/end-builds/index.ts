import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createDynamoDbLedger } from '../../adapters/aws/dynamodb-ledger';
import { createParameterSettings } from '../../adapters/aws/parameter-settings';
import { createBuildEnds } from '../../adapters/jenkins/create-build-ends';
import { createJenkinsDirectory } from '../../adapters/jenkins-directory';
import { parseJenkinsUrls } from '../../contracts/jenkins-urls';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['SETTINGS_PREFIX', 'LEDGER_TABLE', 'JENKINS_URLS']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  settings: createParameterSettings({ ...runtime, client: new SSMClient(aws), prefix: env.SETTINGS_PREFIX }),
  ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: env.LEDGER_TABLE }),
  jenkins: createJenkinsDirectory(
    { ...runtime, secrets: new SecretsManagerClient(aws), urls: parseJenkinsUrls(env.JENKINS_URLS) },
    createBuildEnds,
  ),
});
