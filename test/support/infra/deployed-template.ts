import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { account, region } from './place';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A template as CloudFormation would deploy it: names and ARNs in place of references. */
export class DeployedTemplate {
  readonly #resources: Readonly<Record<string, Resource>>;

  constructor(stack: Stack) {
    this.#resources = (Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> }).Resources;
  }

  /** By logical id, the references in it resolved. */
  all(type: string): [string, Resource][] {
    return Object.entries(this.#resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]) => [id, this.#resolved(resource) as Resource]);
  }

  /** The environment of the function whose name ends so. */
  environmentOf(name: string): Record<string, string> | undefined {
    for (const [, { Properties }] of this.all('AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as {
        FunctionName: string;
        Environment?: { Variables: Record<string, string> };
      };
      if (FunctionName.endsWith(`-${name}`)) return Environment?.Variables ?? {};
    }
    return undefined;
  }

  #resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#resolved(one));
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': joined } = value as Record<string, unknown>;
    if (typeof Ref === 'string') return this.#nameOf(Ref);
    if (Array.isArray(attribute)) return this.#attribute(String(attribute[0]), String(attribute[1]));
    if (Array.isArray(joined)) return (this.#resolved(joined[1]) as string[]).join(String(joined[0]));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#resolved(one)]));
  }

  #nameOf(id: string): string {
    if (id === 'AWS::URLSuffix') return 'amazonaws.com';
    const { Type = '', Properties = {} }: Partial<Resource> = this.#resources[id] ?? {};
    const { QueueName, FunctionName } = Properties;
    if (Type === 'AWS::SQS::Queue') return `https://sqs.${region}.amazonaws.com/${account}/${String(QueueName)}`;
    return typeof FunctionName === 'string' ? FunctionName : id.toLowerCase();
  }

  #attribute(id: string, name: string): string {
    if (name !== 'Arn') return `${id}.${name}`;
    const { Type = '', Properties = {} }: Partial<Resource> = this.#resources[id] ?? {};
    const there = `${region}:${account}`;
    switch (Type) {
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${this.#nameOf(id)}`;
      case 'AWS::SQS::Queue':
        return `arn:aws:sqs:${there}:${String(Properties.QueueName)}`;
      case 'AWS::Lambda::Function':
        return `arn:aws:lambda:${there}:function:${String(Properties.FunctionName)}`;
      default:
        return `arn:aws:other:${there}:${id}`;
    }
  }
}
