import { deadlyErrors, passingErrors } from '../../functions/shared/lambda/service-errors';

/** What a system can have wrong. */
export interface Faults {
  /** Lines that the handler has too many. */
  readonly padding?: number;
  /** What its function may do besides. */
  readonly extraAction?: string;
  /** Its function may not read the parameter that it reads. */
  readonly forbidden?: boolean;
  /** It takes the time from the fleet's code, and not from a Clock. */
  readonly lawless?: boolean;
}

/**
 * The files of a system with one function, `read-note`, and one state machine that calls it, by their paths in the
 * repository. It keeps a note in Parameter Store.
 */
export function fifthSystem(name: string, faults: Faults = {}): Readonly<Record<string, string>> {
  return {
    [`functions/${name}/steps/read-note/handler.ts`]: handler(faults),
    [`functions/${name}/steps/read-note/index.ts`]: index,
    ...(faults.lawless === true && { [`functions/${name}/domain/lawless.ts`]: lawless }),
    [`statemachines/${name}/keep-note.asl.json`]: JSON.stringify(machine, null, 2),
    [`infra/systems/${name}/index.ts`]: system(name),
    [`infra/systems/${name}/config.ts`]: config(name),
    [`infra/systems/${name}/example.ts`]: "export const example = { note: 'remember' };\n",
    [`infra/systems/${name}/stack.ts`]: stack(name, faults),
  };
}

const handler = ({ padding = 0 }: Faults) => `import type { Logger } from '../../../shared/runtime';

interface Deps {
  readonly read: () => Promise<string | undefined>;
  readonly log: Logger;
}

export const makeHandler = (deps: Deps) => async () => {
  const note = await deps.read();
  deps.log.info('the note was read', { length: note?.length ?? 0 });
  return { action: 'read', reason: 'it is there', note };
};
${'// a line more\n'.repeat(padding)}`;

const index = `import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { consoleLogger } from '../../../shared/runtime';
import { makeHandler } from './handler';

const { NOTE } = parseEnvironment(process.env, ['NOTE']);
const client = new SSMClient(awsClient(process.env));

export const handler = makeHandler({
  read: async () => (await client.send(new GetParameterCommand({ Name: NOTE }))).Parameter?.Value,
  log: consoleLogger,
});
`;

const lawless = `import { stepErrors } from '../../fleet/contracts/errors';

export const now = () => [Date.now(), stepErrors];
`;

const machine = {
  QueryLanguage: 'JSONata',
  TimeoutSeconds: 300,
  StartAt: 'Read note',
  States: {
    'Read note': {
      Type: 'Task',
      Resource: '${LambdaInvoke}',
      Arguments: { FunctionName: '${ReadNote}', Payload: {} },
      TimeoutSeconds: 60,
      Retry: [
        {
          ErrorEquals: passingErrors,
          IntervalSeconds: 2,
          MaxAttempts: 25,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
        { ErrorEquals: deadlyErrors, IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2 },
      ],
      End: true,
    },
  },
};

const system = (name: string) => `import { defineSystem } from '../system';
import { readSection, type NoteSection } from './config';
import { NoteStack } from './stack';

export const system = defineSystem<NoteSection>({
  name: '${name}',
  read: readSection,
  deploy: (place, section) => [new NoteStack(place, section)],
});
`;

const config = (name: string) => `import * as z from 'zod';
import { mistakesIn } from '../../../functions/shared/schema';
import type { SectionResult } from '../system';

const shape = z.strictObject({ note: z.string('a text') });
export type NoteSection = z.output<typeof shape>;

declare module '../system' {
  interface Sections {
    readonly ${name}?: NoteSection;
  }
}

export function readSection(given: unknown): SectionResult<NoteSection> {
  const result = shape.safeParse(given);
  return result.success ? { section: result.data } : { mistakes: mistakesIn(result.error, given) };
}
`;

function stack(name: string, { extraAction, forbidden = false }: Faults): string {
  const actions = [...(forbidden ? [] : ['ssm:GetParameter']), ...(extraAction === undefined ? [] : [extraAction])];
  return `import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { SystemFunction } from '../../constructs/system-function';
import { Workflow } from '../../constructs/workflow';
import type { Place } from '../system';
import type { NoteSection } from './config';

export class NoteStack extends Stack {
  constructor({ app, common, codeOf }: Place, { note }: NoteSection) {
    super(app, \`\${common.stackName}-${name}\`);
    const kept = new StringParameter(this, 'Note', { stringValue: note });
    const functionName = '${name}-read-note';
    const { function: reader } = new SystemFunction(this, 'ReadNote', {
      functionName,
      spec: {
        calledBy: 'workflow',
        does: 'Reads the note',
        environment: ['NOTE'],
        timeoutSeconds: 30,
        memoryMb: 512,
      },
      code: codeOf(functionName),
      environment: { NOTE: kept.parameterName },
      permissions: ${JSON.stringify(actions)}.map((action, at) => ({
        sid: \`Permission\${at}\`,
        actions: [action],
        resources: [kept.parameterArn],
        narrowedTo: 'the note',
      })),
      logRetention: common.logRetention,
      maxEventAge: Duration.minutes(1),
    });
    new Workflow(this, 'KeepNote', {
      workflow: 'keep-note',
      file: join(__dirname, '../../../statemachines/${name}/keep-note.asl.json'),
      functionOf: () => reader,
      logRetention: common.logRetention,
    });
  }
}
`;
}
