const jsonPathFields = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ErrorPath',
  'CausePath',
]);

const distributedFields = new Set([
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]);

/** Why a state's field is refused. */
export function explainField(type: string, field: string): string {
  if (jsonPathFields.has(field))
    return `'${field}' is JSONPath: this engine runs JSONata only, use Arguments, Output and {% ... %}`;
  if (distributedFields.has(field))
    return `'${field}' belongs to a distributed Map, which this engine does not support`;
  if (field === 'Credentials') return `'Credentials' is not supported by this engine`;
  if (field === 'Iterator') return `'Iterator' is deprecated: use 'ItemProcessor'`;
  return `'${field}' is not a field of a ${type} state in JSONata`;
}
