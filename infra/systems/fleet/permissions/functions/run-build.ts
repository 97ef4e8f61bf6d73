import { useLedger } from '../ledger';
import { distinct } from '../names';
import { forEach, type Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

const randomEnding = '-??????';

/** Has Jenkins build: besides `end-builds` the one function that reads a secret. */
export function runBuild(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem'),
    ...forEach([distinct(scope.groups.flatMap(({ secretArns }) => secretArns))], readJenkinsCredentials),
  ];
}

export function readJenkinsCredentials(secretArns: readonly string[]): Permission {
  return {
    sid: 'ReadJenkinsCredentials',
    actions: ['secretsmanager:GetSecretValue'],
    resources: secretArns,
    narrowedTo: 'the secrets that the settings of managed groups name',
    ...(secretArns.some((arn) => arn.endsWith(randomEnding)) && {
      wildcard:
        'six characters that Secrets Manager adds to the ARN of a secret; they are not known when a secret is named by its name',
    }),
  };
}
