import type { Cause } from '../../model/cause';
import type { ParameterDefinition, ParameterType } from '../../model/definitions';
import { defaultOf, type ParameterValue } from '../../model/parameter-values';
import { beanOf, type Bean, type Kind } from './bean';

const classPrefix: Record<ParameterType, string> = {
  string: 'String',
  text: 'Text',
  boolean: 'Boolean',
  choice: 'Choice',
  password: 'Password',
};

const definitionKind: Kind<ParameterDefinition> = {
  className: (definition) => `hudson.model.${typeOf(definition)}`,
  properties: {
    defaultParameterValue: (definition) =>
      valueBean({ name: definition.name, type: definition.type ?? 'string', value: defaultOf(definition) }),
    description: ({ description }) => description ?? '',
    name: ({ name }) => name,
    type: typeOf,
  },
};

const choiceKind: Kind<ParameterDefinition> = {
  ...definitionKind,
  properties: { ...definitionKind.properties, choices: ({ choices }) => choices ?? [] },
};

/** A password has a name and no `value`. */
const passwordKind: Kind<ParameterValue> = {
  className: () => 'hudson.model.PasswordParameterValue',
  properties: { name: ({ name }) => name },
};

/** A boolean's value is a boolean; a choice's value is a string's. */
const valueKind: Kind<ParameterValue> = {
  className: ({ type }) => `hudson.model.${classPrefix[type === 'choice' ? 'string' : type]}ParameterValue`,
  properties: {
    name: ({ name }) => name,
    value: ({ type, value }) => (type === 'boolean' ? value === 'true' : value),
  },
};

const parametersKind: Kind<readonly ParameterValue[]> = {
  className: () => 'hudson.model.ParametersAction',
  properties: { parameters: (values) => values.map(valueBean) },
  keptBy: (values) => values,
};

/** Equal causes are one entry (`Started by user svc (2 times)` in the UI). */
const causesKind: Kind<readonly Cause[]> = {
  className: () => 'hudson.model.CauseAction',
  properties: {
    causes: (causes) =>
      causes
        .filter((cause, index) => causes.findIndex((other) => other.text === cause.text) === index)
        .map((cause) => beanOf(cause.kind === 'replay' ? replayKind : userKind, cause)),
  },
};

const replayKind: Kind<Cause> = {
  className: () => 'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause',
  properties: { shortDescription: ({ text }) => text },
};

const userKind: Kind<Cause> = {
  className: () => 'hudson.model.Cause$UserIdCause',
  properties: {
    shortDescription: ({ text }) => text,
    userId: ({ user }) => user ?? null,
    userName: ({ user }) => user ?? 'anonymous',
  },
};

export function definitionBean(definition: ParameterDefinition): Bean {
  return beanOf(definition.type === 'choice' ? choiceKind : definitionKind, definition);
}

export function valueBean(value: ParameterValue): Bean {
  return beanOf(value.type === 'password' ? passwordKind : valueKind, value);
}

export function parametersAction(values: readonly ParameterValue[]): Bean {
  return beanOf(parametersKind, values);
}

export function causeAction(causes: readonly Cause[]): Bean {
  return beanOf(causesKind, causes);
}

function typeOf({ type = 'string' }: ParameterDefinition): string {
  return `${classPrefix[type]}ParameterDefinition`;
}
