import { json, jsonError, jsonOperation, type Answer, type Call, type Service } from '../../aws-services/server';

const inputOf = ({ body }: Call) => JSON.parse(body.toString('utf8')) as unknown;

/** Parameter Store: what stands below a path, two to a page. */
export class SsmService implements Service {
  readonly parameters = new Map<string, string>();

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('AmazonSSM', headers);
  }

  answer(call: Call): Answer {
    const { Path, NextToken = '0' } = inputOf(call) as { Path: string; NextToken?: string };
    const from = Number(NextToken);
    const found = [...this.parameters].filter(([name]) => name.startsWith(Path));
    const page = found.slice(from, from + 2).map(([Name, Value]) => ({ Name, Value, Type: 'String' }));
    return json({ Parameters: page, ...(from + 2 < found.length && { NextToken: String(from + 2) }) });
  }
}

export class SecretsService implements Service {
  readonly secrets = new Map<string, string>();

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('secretsmanager', headers);
  }

  answer(call: Call): Answer {
    const { SecretId } = inputOf(call) as { SecretId: string };
    const SecretString = this.secrets.get(SecretId);
    return SecretString === undefined ? jsonError('ResourceNotFoundException') : json({ Name: SecretId, SecretString });
  }
}

/** Step Functions: what is started and listed. Nothing runs by it; the tests run the machine themselves. */
export class StepFunctionsService implements Service {
  readonly executions: { readonly name: string; status: string; readonly input: string }[] = [];

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('AWSStepFunctions', headers);
  }

  answer(call: Call): Answer {
    const given = inputOf(call) as { stateMachineArn: string; name: string; input: string };
    const arnOf = (name: string) => `${given.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    if (call.operation === 'ListExecutions') {
      const executions = [...this.executions].reverse().map(({ name, status }) => ({
        ...{ name, status, executionArn: arnOf(name), stateMachineArn: given.stateMachineArn, startDate: 0 },
        ...(status !== 'RUNNING' && { stopDate: 0 }),
      }));
      return json({ executions });
    }
    if (this.executions.some(({ name }) => name === given.name)) return jsonError('ExecutionAlreadyExists');
    this.executions.push({ name: given.name, status: 'RUNNING', input: given.input });
    return json({ executionArn: arnOf(given.name), startDate: 0 });
  }
}
