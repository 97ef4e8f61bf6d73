import { loadStateMachine } from '../../../infra/lab/engine';
import { lambdaInvoke, machine, problemsOf, task } from './world';

const pass = { Type: 'Pass', End: true };
const branch = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });
const said = (definition: string | object, options = {}) =>
  problemsOf(definition, options)
    .map(({ message }) => message)
    .join('\n');

describe('a definition that can be run', () => {
  test('loads from an object or from its text', () => {
    expect(problemsOf(machine({ A: pass }))).toEqual([]);
    expect(problemsOf(JSON.stringify(machine({ A: pass })))).toEqual([]);
  });

  test('has values in place of its placeholders', () => {
    const definition = machine({ A: task({ Resource: 'arn:${Partition}:states:::lambda:invoke', End: true }) });
    const { definition: text } = loadStateMachine(definition, { substitutions: { Partition: 'aws-cn' } });
    expect(text).toContain('arn:aws-cn:states:::lambda:invoke');
  });

  test('has warnings for what AWS takes literally, and strictly none', () => {
    const definition = machine({ A: { ...pass, Output: { 'a.$': '$', b: ' {% 1 %} ', c: '{% $never %}' } } });
    expect(loadStateMachine(definition).warnings).toHaveLength(3);
    expect(problemsOf(definition, { strict: true })).toHaveLength(3);
  });
});

test('all problems are reported together, each with its place', () => {
  const definition = machine({
    A: { Type: 'Pass', Resultt: 1, Next: 'C' },
    B: { Type: 'Wait', Seconds: -1, End: true },
  });
  expect(problemsOf(definition)).toEqual([
    { path: '/States/A/Resultt', state: 'A', message: "'Resultt' is not a field of a Pass state in JSONata" },
    { path: '/States/B/Seconds', state: 'B', message: 'must be a whole number from 0 to 99999999, got -1' },
    { path: '/States/A/Next', state: 'A', message: "there is no state 'C' here: use one of 'A', 'B'" },
    { path: '/States/B', state: 'B', message: 'cannot be reached: no transition leads to it' },
  ]);
});

const retry = (more: object) => machine({ A: task({ Retry: [{ ErrorEquals: ['X'], ...more }], End: true }) });
const output = (Output: unknown) => machine({ A: { ...pass, Output } });
const map = (more: object) => machine({ A: { Type: 'Map', ItemProcessor: branch({ B: pass }), End: true, ...more } });

describe('refused by name', () => {
  test.each<[string, string | object, string]>([
    ['what is not JSON', '{', 'must be JSON'],
    ['what is no object', '[]', 'must be a JSON object'],
    ['no StartAt', { QueryLanguage: 'JSONata', States: { A: pass } }, "'StartAt'"],
    ['a StartAt that is not there', { ...machine({ A: pass }), StartAt: 'Z' }, "no state 'Z'"],
    ['no states', { QueryLanguage: 'JSONata', StartAt: 'A', States: {} }, 'at least one state'],
    ['a machine in JSONPath', { StartAt: 'A', States: { A: pass } }, 'is in JSONPath'],
    ['a state in JSONPath', machine({ A: { ...pass, QueryLanguage: 'JSONPath' } }), "got 'JSONPath'"],
    [
      'a branch in JSONPath',
      {
        StartAt: 'P',
        States: { P: { Type: 'Parallel', QueryLanguage: 'JSONata', Branches: [branch({ B: pass })], End: true } },
      },
      'is in JSONPath',
    ],
    ['a field of JSONPath', machine({ A: { ...pass, ResultPath: '$.a' } }), "'ResultPath' is JSONPath"],
    ['a type that is not there', machine({ A: { Type: 'Paas', End: true } }), "'Paas' is not a type"],
    ['a field that is not there', machine({ A: { ...pass, Timeout: 1 } }), "'Timeout' is not a field"],
    ['a field of the machine that is not there', { ...machine({ A: pass }), Timeout: 1 }, "'Timeout' is not a field"],
    ['Next and End', machine({ A: { ...pass, Next: 'B' }, B: pass }), 'exclude each other'],
    ['neither', machine({ A: { Type: 'Pass' } }), "neither 'Next' nor 'End'"],
    ['a machine that never ends', machine({ A: { Type: 'Pass', Next: 'A' } }), 'can never end'],
    [
      'a Default that is not there',
      machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'C' }, B: pass }),
      "no state 'C'",
    ],
    [
      'a Catch that leads nowhere',
      machine({ A: task({ Catch: [{ ErrorEquals: ['X'], Next: 'C' }], End: true }) }),
      "no state 'C'",
    ],
    [
      'a Choice without choices',
      machine({ A: { Type: 'Choice', Choices: [], Default: 'B' }, B: pass }),
      'at least one choice',
    ],
    [
      'a comparison of JSONPath',
      machine({ A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'B' }] }, B: pass }),
      "'Variable' is JSONPath",
    ],
    [
      'two waits in one',
      machine({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }),
      'exactly one of',
    ],
    [
      'a Timestamp without a zone',
      machine({ A: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00', End: true } }),
      'must be like',
    ],
    [
      'a Timestamp of a day that no calendar has',
      machine({ A: { Type: 'Wait', Timestamp: '2026-02-29T00:00:00Z', End: true } }),
      'must be like',
    ],
    [
      'a Timestamp of an hour that no day has',
      machine({ A: { Type: 'Wait', Timestamp: '2026-02-28T24:00:00+02:00', End: true } }),
      'must be like',
    ],
    [
      'a heartbeat as long as the time-out',
      machine({ A: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true }) }),
      'must be smaller than TimeoutSeconds',
    ],
    ['a time-out of nothing', machine({ A: task({ TimeoutSeconds: 0, End: true }) }), 'from 1 to'],
    [
      'States.ALL with others',
      machine({ A: task({ Retry: [{ ErrorEquals: ['States.ALL', 'X'] }], End: true }) }),
      'must stand alone',
    ],
    [
      'States.ALL before others',
      machine({ A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }], End: true }) }),
      'in the last entry',
    ],
    [
      'an error that is not in the language',
      machine({ A: task({ Retry: [{ ErrorEquals: ['States.All'] }], End: true }) }),
      "'States.All' is not an error",
    ],
    ['a Retry without errors', machine({ A: task({ Retry: [{}], End: true }) }), 'at least one error name'],
    ['a BackoffRate below 1', retry({ BackoffRate: 0.5 }), 'of 1 or more'],
    [
      'a MaxDelaySeconds below the interval',
      retry({ IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      'greater than IntervalSeconds',
    ],
    ['a jitter that is not there', retry({ JitterStrategy: 'HALF' }), "'FULL' or 'NONE'"],
    ['a Retry on a Pass', machine({ A: { ...pass, Retry: [] } }), "'Retry' is not a field of a Pass"],
    [
      'a distributed Map',
      map({ ItemProcessor: { ...branch({ B: pass }), ProcessorConfig: { Mode: 'DISTRIBUTED' } } }),
      "must be 'INLINE'",
    ],
    ['tolerated failures', map({ ToleratedFailureCount: 1 }), "'ToleratedFailureCount' belongs to a distributed Map"],
    [
      'an Iterator',
      machine({ A: { Type: 'Map', Iterator: branch({ B: pass }), End: true } }),
      "'Iterator' is deprecated",
    ],
    ['credentials', machine({ A: task({ Credentials: {}, End: true }) }), "'Credentials' is not supported"],
    [
      'a task token',
      machine({ A: task({ Resource: `${lambdaInvoke}.waitForTaskToken`, End: true }) }),
      "'.waitForTaskToken'",
    ],
    [
      'an activity',
      machine({ A: task({ Resource: 'arn:aws:states:us-east-1:123456789012:activity:a', End: true }) }),
      'activities are not supported',
    ],
    ['a resource that is none', machine({ A: task({ Resource: 'lambda', End: true }) }), "'lambda' is not a resource"],
    ['an expression that does not parse', output('{% 1 + %}'), 'S0207'],
    ['half an expression', output('hello {% $states.input.name %}'), 'only partly an expression'],
    ['$ at the top level', output('{% $.name %}'), "'$' at the top level"],
    ['$$', output('{% $$.name %}'), "'$$' refers to nothing"],
    ['a bare name', output('{% name %}'), "the bare name 'name'"],
    ['a bare name in a function', output('{% $map([1], function($v) { name }) %}'), "the bare name 'name'"],
    ['$eval', output("{% $eval('1') %}"), "'$eval' is not available"],
    ['$states as a variable', machine({ A: { ...pass, Assign: { states: 1 } } }), "'states' is reserved"],
    ['$states bound in an expression', output('{% ($states := 1; 2) %}'), "'$states' is reserved"],
    ['a key of $states that is not there', output('{% $states.inputs %}'), "'$states.inputs' does not exist"],
    ['$states.errorOutput outside a Catch', output('{% $states.errorOutput %}'), "'$states.errorOutput' exists only"],
    [
      '$states.result in Arguments',
      machine({ A: task({ Arguments: '{% $states.result %}', End: true }) }),
      "'$states.result' does not exist",
    ],
    ['a key of JSONPath', output({ 'name.$': '$.name' }), "'name.$' is JSONPath"],
    ['a variable name that is none', machine({ A: { ...pass, Assign: { 'a-b': 1 } } }), "'a-b' is not a variable name"],
    [
      'a variable before it has a value',
      machine({ A: { Type: 'Pass', Output: '{% $x %}', Next: 'B' }, B: { ...pass, Assign: { x: 1 } } }),
      "'$x' has no value here",
    ],
    [
      'an outer variable assigned inside',
      machine({
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Assign: { x: 2 } } })], End: true },
      }),
      "'x' belongs to an outer scope",
    ],
    ['a placeholder without a value', output('${Name}'), "the placeholder '${Name}' has no value"],
  ])('%s', (_what, definition, message) => {
    expect(said(definition)).toContain(message);
  });

  test('a substitution that nothing uses', () => {
    expect(said(machine({ A: pass }), { substitutions: { Name: 'x' } })).toContain(
      "the substitution 'Name' is not used",
    );
  });

  test('what is wrong inside a branch, with its state and its path', () => {
    const definition = machine({ P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Oops: 1 } })], End: true } });
    expect(problemsOf(definition)).toEqual([
      expect.objectContaining({ path: '/States/P/Branches/0/States/B/Oops', state: 'B' }),
    ]);
  });
});

describe('not refused', () => {
  test.each<[string, object]>([
    ['$ inside a filter and a path', output('{% $states.input.list[$ > 1].(name & $.other) %}')],
    ['names inside a filter', output('{% $states.input.list[n > 1].n %}')],
    ['variables of the expression itself', output('{% ($x := 1; $map([1], function($v, $i) { $v + $i + $x })) %}')],
    ['sorting and grouping', output('{% $states.input.list^(>n){name: $sum(n)} %}')],
    ['$states.result in an Output', machine({ A: task({ Output: '{% $states.result.Payload %}', End: true }) })],
    [
      '$states.errorOutput in a Catch',
      machine({
        A: task({
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput %}' }, Next: 'B' }],
          End: true,
        }),
        B: pass,
      }),
    ],
    [
      'a variable that only some paths assign',
      machine({
        A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Assign: { x: 1 }, Next: 'B' }], Default: 'B' },
        B: { ...pass, Output: '{% $exists($x) %}' },
      }),
    ],
    [
      'a variable of the loop before',
      machine({
        A: { Type: 'Pass', Output: '{% $exists($n) ? $n : 0 %}', Assign: { n: 1 }, Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Condition: '{% $n < 3 %}', Next: 'A' }], Default: 'C' },
        C: { Type: 'Succeed' },
      }),
    ],
    [
      'the same name in two branches',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ B: { ...pass, Assign: { x: 1 } } }), branch({ B: { ...pass, Assign: { x: 2 } } })],
          End: true,
        },
      }),
    ],
    ['another partition', machine({ A: task({ Resource: 'arn:aws-us-gov:states:::lambda:invoke', End: true }) })],
  ])('%s', (_what, definition) => {
    expect(problemsOf(definition, { strict: true })).toEqual([]);
  });
});

// Recorded: AWS takes them, and fails at most where the name is used. A variable of the same scope cannot be meant.
describe('refused only where that is asked for', () => {
  test.each<[string, object, string]>([
    [
      'a name in a branch that the Catch around it assigns too, which AWS takes',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ B: { ...pass, Assign: { x: 1 } } })],
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { x: 2 }, Next: 'C' }],
          Next: 'C',
        },
        C: pass,
      }),
      "'x' belongs to an outer scope",
    ],
    [
      'a variable of a branch after it, which AWS takes, and fails where it is used',
      machine({
        P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Assign: { x: 1 } } })], Next: 'C' },
        C: { ...pass, Output: '{% $x %}' },
      }),
      "'$x' has no value here: only another scope assigns it",
    ],
  ])('%s', (_what, definition, message) => {
    expect(problemsOf(definition)).toEqual([]);
    expect(
      loadStateMachine(definition)
        .warnings.map((warning) => warning.message)
        .join(),
    ).toContain(message);
    expect(said(definition, { strict: true })).toContain(message);
  });

  test.each<[string, object, string]>([
    [
      'a name in a branch that a Catch of another state assigns',
      machine({
        A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Assign: { x: 2 }, Next: 'P' }], Next: 'P' }),
        P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Assign: { x: 1 } } })], End: true },
      }),
      "'x' belongs to an outer scope",
    ],
    [
      'a name in a branch that the Parallel around it assigns at its good end',
      machine({
        P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Assign: { x: 1 } } })], Assign: { x: 2 }, End: true },
      }),
      "'x' belongs to an outer scope",
    ],
    [
      'a variable of this scope that comes later, though a branch has one of that name',
      machine({
        P: { Type: 'Parallel', Branches: [branch({ B: { ...pass, Output: '{% $x %}' } })], Next: 'C' },
        C: { ...pass, Assign: { x: 1 } },
      }),
      "'$x' has no value here: the state that assigns it runs later",
    ],
  ])('but not %s', (_what, definition, message) => {
    expect(said(definition)).toContain(message);
  });
});
