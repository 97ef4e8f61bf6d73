import { machine, World } from './world';

/** What an expression gives, as the output of a Pass. */
async function evaluate(expression: string, input: unknown = {}) {
  const world = new World(machine({ E: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }));
  const { status, output, cause, error } = await world.run(input);
  return status === 'SUCCEEDED'
    ? output
    : { error, cause: cause!.replace(/^.*specified for the field 'Output' /s, '') };
}

const failed = (cause: string) => ({ error: 'States.QueryEvaluationError', cause });

describe('an expression', () => {
  test.each([
    ['$states.input.list[n > 1].n', [2, 3]],
    ['[$states.input.list[n > 2]]', [{ n: 3 }]],
    ['$states.input.list[n > 2]', { n: 3 }],
    ['$states.input.one', [{ n: 1 }]],
    ['$states.input.none', []],
    ['$states.input.empty', null],
    ['$states.input.list.n', [1, 2, 3]],
    ['($x := 2; $x * $states.input.one[0].n)', 2],
    ['$map($states.input.list, function($v) { $v.n * 2 })', [2, 4, 6]],
  ])('%s', async (expression, expected) => {
    const input = { list: [{ n: 1 }, { n: 2 }, { n: 3 }], one: [{ n: 1 }], none: [], empty: null };
    expect(await evaluate(expression, input)).toEqual(expected);
  });

  test('sees the virtual time only', async () => {
    expect(await evaluate('[$now(), $string($millis()), $now("[Y0001]")]')).toEqual([
      '2026-01-01T00:00:00.000Z',
      '1767225600000',
      '2026',
    ]);
    expect(await evaluate('$fromMillis($toMillis("12:30", "[H01]:[m01]"))')).toBe('2026-01-01T12:30:00.000Z');
  });

  test('gives numbers that JSON lacks as texts, as AWS does', async () => {
    expect(await evaluate('{"a": 1/0, "b": -1/0}')).toEqual({ a: 'Infinity', b: '-Infinity' });
  });

  test('keeps its values out of the reach of later states', async () => {
    const definition = machine({
      A: {
        Type: 'Pass',
        Assign: { v: '{% $states.input %}' },
        Output: '{% $merge([$states.input, {"b": 2}]) %}',
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% [$v, $states.input] %}', End: true },
    });
    expect((await new World(definition).run({ a: 1 })).output).toEqual([{ a: 1 }, { a: 1, b: 2 }]);
  });
});

describe("AWS's own functions", () => {
  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2], 2.9)', [[1, 2]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(1, 1, 1)', 1],
    ['$range(1, 9, 9)', 1],
    ['$range(5, 1, -7)', 5],
    ['[$range(1, 9, 9)]', [1]],
    ['$count($range(1, 9, 9))', 1],
    ['$map($range(0, 10, 5), function($v) { $v + 1 })', [1, 6, 11]],
    ['$append($range(1, 2, 1), $range(3, 9, 9))', [1, 2, 3]],
    ['$partition([1], 5)', [[1]]],
    [`$parse('[1]')`, [1]],
    ['$hash("a", "MD5")', '0cc175b9c0f1b6a831c399e269772661'],
    ['$hash("a", "SHA-256")', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['$random(42)', 0.7275636800328681],
    ['$parse("{\\"a\\": [1, null]}")', { a: [1, null] }],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  test.each([
    ['$parse("{")', 'threw an error during evaluation. D3137: Invalid JSON'],
    [
      '$hash(1, "MD5")',
      'threw an error during evaluation. T0410: Argument 1 of function "hash" does not match function signature',
    ],
    [
      '$hash("a", "MD4")',
      "threw an error during evaluation. D3137: Hash algorithm 'MD4' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
    ],
    [
      '$uuid(1)',
      'threw an error during evaluation. T0410: Argument 1 of function "uuid" does not match function signature',
    ],
    ['$range(1, 9)', 'returned nothing (undefined).'],
    ['$partition([], 2)', 'returned nothing (undefined).'],
  ])('%s fails', async (expression, cause) => {
    expect(await evaluate(expression)).toEqual(failed(cause));
  });

  test('$uuid gives another one each time', async () => {
    const [first, second] = (await evaluate('[$uuid(), $uuid()]')) as string[];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });
});

describe('an expression that fails', () => {
  test.each([
    [
      '$sum(["a"])',
      'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"',
    ],
    ['$error("stop here")', 'threw an error during evaluation. D3137: stop here'],
    ['$missing()', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    [
      '$states.input.a + "b"',
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    ['$sum', 'returned an unsupported result type.'],
    ['[function($x) { $x }]', 'returned an unsupported result type.'],
  ])('%s', async (expression, cause) => {
    expect(await evaluate(expression, { a: 1 })).toEqual(failed(cause));
  });

  const STACK =
    'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
  const MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
  const TIME = 'Expression evaluation timeout: Check for infinite loop';

  test.each([
    ['recursion without end', '($f := function($n) { 1 + $f($n) }; $f(1))', STACK],
    ['a loop without end', '($f := function($n) { $f($n + 1) }; $f(1))', TIME],
    ['loops side by side', '$count([1..2000].($x := $; [1..2000].($x * $)))', TIME],
    ['a list that is too long', '$sum([1..900000])', MEMORY],
    ['a text that is too long', "$length($pad('', 8388608))", MEMORY],
    ['200 terms', Array(200).fill('1').join('+'), STACK],
  ])('%s is stopped', async (_what, expression, message) => {
    expect(await evaluate(expression)).toEqual(failed(`threw an error during evaluation: ${message}`));
  });

  test.each([
    ['recursion that ends', '($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(20))', 20],
    ['a long tail recursion', '($f := function($n, $s) { $n = 0 ? $s : $f($n - 1, $s + 1) }; $f(2000, 0))', 2000],
    ['a long list', '$sum([1..100000])', 5_000_050_000],
  ])('%s is not stopped', async (_what, expression, expected) => {
    expect(await evaluate(expression)).toBe(expected);
  });

  test('can be caught and retried where a state has Catch and Retry', async () => {
    const definition = machine({
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'E', States: { E: { Type: 'Pass', Output: '{% $states.input.nope %}', End: true } } }],
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: '{% $states.errorOutput.Error %}', Next: 'C' }],
        End: true,
      },
      C: { Type: 'Succeed' },
    });
    expect((await new World(definition).run()).output).toBe('States.QueryEvaluationError');
  });
});

describe('fields that want a certain type', () => {
  const text = { Type: 'Succeed' };
  test.each([
    [
      'Choices[0]/Condition',
      { Type: 'Choice', Choices: [{ Condition: '{% $states.input.v %}', Next: 'S' }], Default: 'S' },
      'boolean',
    ],
    ['Seconds', { Type: 'Wait', Seconds: '{% $states.input.v %}', Next: 'S' }, 'number'],
    ['Timestamp', { Type: 'Wait', Timestamp: '{% [$states.input.v] %}', Next: 'S' }, 'string'],
  ])('%s', async (location, state, expected) => {
    const world = new World(machine({ A: state, S: text }));
    const { executionArn, error, cause } = await world.run({ v: 'x' });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      `specified for the field '${location}' returned an unexpected result type. Expected '${expected}', but was`,
    );
    const event = world.events(executionArn).find(({ type }) => type === 'EvaluationFailed');
    expect(event?.evaluationFailedEventDetails).toMatchObject({ location, state: 'A' });
  });
});

describe('Assign', () => {
  test('is seen by the next state, not by the Output of the same', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { n: '{% $n + 1 %}', m: '{% $n %}' }, Output: '{% $n %}', Next: 'C' },
      C: { Type: 'Pass', Output: '{% [$states.input, $n, $m] %}', End: true },
    });
    expect((await new World(definition).run()).output).toEqual([1, 2, 1]);
  });

  test('inside a branch is seen there only', async () => {
    const branch = (value: number) => ({
      StartAt: 'X',
      States: {
        X: { Type: 'Pass', Assign: { inner: `{% $outer + ${value} %}` }, Next: 'Y' },
        Y: { Type: 'Pass', Output: '{% [$outer, $inner] %}', End: true },
      },
    });
    const definition = machine({
      A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch(1), branch(2)], End: true },
    });
    expect((await new World(definition).run()).output).toEqual([
      [10, 11],
      [10, 12],
    ]);
  });

  test('goes with the choice that was made', async () => {
    const definition = machine({
      A: {
        Type: 'Choice',
        Choices: [
          {
            Condition: '{% $states.input.n > 5 %}',
            Assign: { size: 'big' },
            Output: '{% $states.input.n %}',
            Next: 'B',
          },
        ],
        Default: 'B',
        Assign: { size: 'small' },
      },
      B: { Type: 'Pass', Output: '{% [$states.input, $size] %}', End: true },
    });
    const world = new World(definition);
    expect((await world.run({ n: 6 })).output).toEqual([6, 'big']);
    expect((await world.run({ n: 1 })).output).toEqual([{ n: 1 }, 'small']);
  });
});
