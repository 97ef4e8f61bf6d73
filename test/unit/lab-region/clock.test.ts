import { VirtualClock } from '../../../infra/lab/kernel/clock';

describe('virtual time', () => {
  test('stands still until it is advanced', async () => {
    const clock = new VirtualClock({ startAt: new Date('2026-02-03T00:00:00.000Z') });
    const ran: string[] = [];
    clock.after(1, () => ran.push('not advanced'));
    await clock.settle();
    expect(clock.now().toISOString()).toBe('2026-02-03T00:00:00.000Z');
    await clock.advance(0);
    expect(clock.millis()).toBe(Date.parse('2026-02-03T00:00:00.000Z'));
    expect(ran).toEqual([]);
  });

  test('runs timers by their time, and those of one instant in the order in which they were set', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    for (const [name, delay] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
      ['e', 30],
    ] as const) {
      clock.after(delay, () => ran.push(name));
    }
    await clock.advance(29);
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(1);
    expect(ran.at(-1)).toBe('e');
  });

  test('keeps a thousand timers in order', async () => {
    const clock = new VirtualClock();
    const delays = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_009);
    const ran: number[] = [];
    for (const delay of delays) clock.after(delay, () => ran.push(delay));
    await clock.advance(2_000);
    expect(ran).toEqual(delays.sort((left, right) => left - right));
  });

  test('shows each timer its own time, and ends where it was sent', async () => {
    const clock = new VirtualClock();
    const start = clock.millis();
    const times: number[] = [];
    clock.after(10, () => times.push(clock.millis() - start));
    clock.after(25, () => times.push(clock.millis() - start));
    await clock.advance(100);
    expect(times).toEqual([10, 25]);
    expect(clock.millis() - start).toBe(100);
  });

  test('runs a timer that was set by a timer, if it is due in time', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      clock.after(0, () => ran.push('next, at the same instant'));
      clock.after(5, () => ran.push('in time'));
      clock.after(11, () => ran.push('too late'));
    });
    await clock.advance(20);
    expect(ran).toEqual(['next, at the same instant', 'in time']);
  });

  test('does not run a timer that was cancelled, also not by another one of the same instant', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const first = clock.after(10, () => ran.push('first'));
    clock.after(10, () => third.cancel());
    const third = clock.after(10, () => ran.push('third'));
    clock.after(10, () => ran.push('fourth'));
    first.cancel();
    await clock.advance(10);
    expect(ran).toEqual(['fourth']);
  });

  test('does not jump to the time of a timer that was cancelled', async () => {
    const clock = new VirtualClock();
    const start = clock.millis();
    clock.after(1_000, () => undefined).cancel();
    expect(await clock.runUntil(() => false)).toBe(false);
    expect(clock.millis()).toBe(start);
  });

  test('refuses a delay that is not one', () => {
    const clock = new VirtualClock();
    expect(() => clock.after(-1, () => undefined)).toThrow('0 ms or more, got -1');
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow('got NaN');
  });

  test('settles all that a timer sets going before it takes the next one', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      void (async () => {
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        ran.push('the first one is through');
      })();
    });
    clock.after(10, () => ran.push('the second one begins'));
    await clock.advance(10);
    expect(ran).toEqual(['the first one is through', 'the second one begins']);
  });
});

describe('what comes from outside', () => {
  test('has a turn while timers run, and finds all that they set going settled', async () => {
    const clock = new VirtualClock();
    const settled: number[] = [];
    let ran = 0;
    const work = async () => {
      ran += 1;
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      settled.push(ran);
    };
    for (let at = 0; at < 1_000; at += 1) clock.after(at, () => void work());
    let ranAtTurn: number | undefined;
    const outside = new Promise<void>((resolve) => {
      setTimeout(() => {
        ranAtTurn = ran;
        resolve();
      }, 0);
    });
    await clock.advance(1_000);
    await outside;
    // One timer after the other, each with what it set going.
    expect(settled).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(ranAtTurn).toBeLessThan(1_000);
  });
});

describe('real I/O', () => {
  const aTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

  test('holds time back until it is done', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      void clock.io(async () => {
        for (let turn = 0; turn < 20; turn += 1) await aTurn();
        ran.push('answer');
      });
    });
    clock.after(11, () => ran.push('next timer'));
    await clock.advance(11);
    expect(ran).toEqual(['answer', 'next timer']);
  });

  test('holds time back also for what follows from an answer', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      void (async () => {
        await clock.io(aTurn);
        await clock.io(aTurn);
        ran.push('second answer');
      })();
    });
    clock.after(10, () => ran.push('next timer'));
    await clock.advance(10);
    expect(ran).toEqual(['second answer', 'next timer']);
  });

  test('goes one call at a time, in the order of starting', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const call = (name: string, turns: number) =>
      clock.io(async () => {
        ran.push(`${name} begins`);
        for (let turn = 0; turn < turns; turn += 1) await aTurn();
        ran.push(`${name} ends`);
      });
    await Promise.all([call('slow', 10), call('quick', 1)]);
    expect(ran).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
  });

  test('hands a failure to its caller only, and continues', async () => {
    const clock = new VirtualClock();
    const failing = clock.io(async () => Promise.reject(new TypeError('no route')));
    const next = clock.io(async () => Promise.resolve('fine'));
    await expect(failing).rejects.toThrow('no route');
    await expect(next).resolves.toBe('fine');
    await clock.settle();
  });
});

describe('running until something is the case', () => {
  test('stops at once when it is', async () => {
    const clock = new VirtualClock();
    const start = clock.millis();
    let count = 0;
    for (const delay of [10, 20, 30]) clock.after(delay, () => (count += 1));
    expect(await clock.runUntil(() => count === 2)).toBe(true);
    expect(clock.millis() - start).toBe(20);
  });

  test('says that it never became so when there is nothing left to run', async () => {
    const clock = new VirtualClock();
    clock.after(10, () => undefined);
    expect(await clock.runUntil(() => false)).toBe(false);
  });

  test('gives up at the limit', async () => {
    const clock = new VirtualClock();
    const again = () => void clock.after(10, again);
    again();
    expect(await clock.runUntil(() => false, 1_000)).toBe(false);
  });

  test('asks its pace before each timer', async () => {
    const asked: number[] = [];
    const clock = new VirtualClock({ pace: async (millis) => void asked.push(millis) });
    const start = clock.millis();
    clock.after(10, () => undefined);
    clock.after(30, () => undefined);
    await clock.advance(20);
    expect(asked).toEqual([start + 10]);
  });
});

describe('timers that are taken back', () => {
  /** Timers due at many instants, of which most are taken back while the rest run. */
  async function crowd(): Promise<{ ran: number[]; expected: number[]; left: boolean }> {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const timers = Array.from({ length: 2000 }, (_, index) =>
      clock.after((index * 7919) % 500, () => void ran.push(index)),
    );
    timers.push(clock.after(600, () => void ran.push(2000)));
    timers.forEach((timer, index) => index % 5 !== 0 && timer.cancel());
    const kept = timers.flatMap(({ at }, index) => (index % 5 === 0 ? [{ at, index }] : []));
    kept.sort((left, right) => left.at - right.at || left.index - right.index);
    await clock.advance(1000);
    return { ran, expected: kept.map(({ index }) => index), left: await clock.runUntil(() => false) };
  }

  test('change nothing about the others and their order, however many they are', async () => {
    const { ran, expected, left } = await crowd();
    expect(ran).toEqual(expected);
    expect(left).toBe(false);
  });

  test('are dropped, and with them what they would have done', async () => {
    const clock = new VirtualClock();
    let ran = 0;
    const timer = clock.after(10, () => (ran += 1));
    timer.cancel();
    timer.cancel();
    clock.after(10, () => (ran += 10));
    await clock.advance(20);
    timer.cancel();
    expect(ran).toBe(10);
  });
});
