import { at, build, claimOf, recordOf, webOne, type Use } from './samples';

export function describeUpdate(use: Use): void {
  beforeEach(() => use().claim(claimOf('i-a', 1)));

  test('changes every field that may change', async () => {
    const changes = {
      execution: 'arn:other',
      phase: 'in-service',
      inServiceAt: at(60),
      addresses: ['10.0.0.1', 'fd00::1'],
      dnsChanges: ['/change/C1'],
      dnsNames: ['Z1/web-1.internal.example.com'],
      dnsBatch: ['/change/C2'],
      targetGroups: ['arn:tg'],
      targets: ['arn:tg 10.0.0.1'],
      registered: ['arn:tg'],
      completedToken: 'token',
      endingSince: at(70),
    } as const;
    await use().update(webOne, changes);
    await expect(use().member('web', 'i-a')).resolves.toStrictEqual({
      group: 'web',
      instanceId: 'i-a',
      index: 1,
      name: 'web-1',
      claimedAt: at(0),
      builds: {},
      ...changes,
    });
  });

  test('leaves as it is what is left out', async () => {
    await use().update(webOne, { addresses: ['10.0.0.1'] });
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    await use().update(webOne, { phase: 'completing' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({
      addresses: ['10.0.0.1'],
      phase: 'completing',
      builds: { deploy: recordOf(1) },
    });
  });

  test('tells an empty list from none', async () => {
    await use().update(webOne, { dnsChanges: [] });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ dnsChanges: [] });
    expect(await use().member('web', 'i-a')).not.toHaveProperty('targetGroups');
  });

  test('never changes who holds which index', async () => {
    const sneaky = { phase: 'completing', index: 7, instanceId: 'i-z', name: 'db-1' } as const;
    await use().update(webOne, sneaky);
    await expect(use().members('web')).resolves.toMatchObject([{ index: 1, instanceId: 'i-a', name: 'web-1' }]);
  });

  test('lets one that is being replaced be launched once more, or released', async () => {
    await use().update(webOne, { phase: 'replacing' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'replacing', index: 1 });
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    await use().update(webOne, { phase: 'launching', execution: 'arn:other' });
    await use().update(webOne, { phase: 'replacing' });
    await use().update(webOne, { phase: 'releasing' });
    await expect(use().update(webOne, { phase: 'replacing' })).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'releasing', execution: 'arn:other' });
  });

  test('changes nothing more of one that is being released', async () => {
    await use().update(webOne, { phase: 'releasing', targetGroups: ['arn:tg'] });
    for (const changes of [{ phase: 'in-service' }, { targetGroups: ['arn:other'] }, {}] as const) {
      await expect(use().update(webOne, changes)).rejects.toMatchObject({ name: 'NotHolder' });
    }
    await expect(use().saveBuild(webOne, 'deploy', recordOf(1))).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({
      phase: 'releasing',
      targetGroups: ['arn:tg'],
      builds: {},
    });
    // The release itself may say so again, and take the index back.
    await use().update(webOne, { phase: 'releasing' });
    await expect(use().free(webOne, 'scale-in', at(9))).resolves.toBe(true);
  });

  test('changes nothing more for a launch that is being ended, until that is taken back', async () => {
    await use().update(webOne, { endingSince: at(5), phase: 'completing' });
    for (const changes of [{ phase: 'in-service' }, { targetGroups: ['arn:other'] }, {}] as const) {
      await expect(use().update(webOne, changes)).rejects.toMatchObject({ name: 'NotHolder' });
    }
    await expect(use().saveBuild(webOne, 'deploy', recordOf(1))).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'completing', endingSince: at(5) });
    await use().update(webOne, { endingSince: null });
    expect(await use().member('web', 'i-a')).not.toHaveProperty('endingSince');
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    await use().update(webOne, { endingSince: at(6) });
    await use().update(webOne, { phase: 'in-service', endingSince: null });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'in-service' });
    // Its release may take it whatever was said before.
    await use().update(webOne, { endingSince: at(7) });
    await use().update(webOne, { phase: 'releasing', endingSince: null });
    await expect(use().update(webOne, { endingSince: null })).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'releasing' });
  });

  test('changes nothing for a launch whose member another launch has taken over', async () => {
    const { execution } = claimOf('i-a', 1);
    await use().update(webOne, { execution: 'arn:next', phase: 'launching' }, execution);
    for (const phase of ['in-service', 'releasing'] as const) {
      await expect(use().update(webOne, { phase }, execution)).rejects.toMatchObject({ name: 'NotHolder' });
    }
    await expect(use().update(webOne, {}, execution)).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'launching', execution: 'arn:next' });
    await use().update(webOne, { phase: 'releasing' }, 'arn:next');
    await expect(use().member('web', 'i-a')).resolves.toMatchObject({ phase: 'releasing' });
  });

  test('asks for the holder even where nothing is to be changed', async () => {
    await expect(use().update(webOne, {})).resolves.toBeUndefined();
    await expect(use().update({ ...webOne, instanceId: 'i-z' }, {})).rejects.toMatchObject({ name: 'NotHolder' });
    await expect(use().member('web', 'i-z')).resolves.toBeUndefined();
  });
}

export function describeSaveBuild(use: Use): void {
  beforeEach(() => use().claim(claimOf('i-a', 1)));
  const stored = async () => (await use().member('web', 'i-a'))?.builds;

  test('stores the records of each job, revision by revision', async () => {
    const outcome = { succeeded: false, result: 'FAILURE', message: 'it broke', number: 42, durationMs: 1234.5 };
    await use().saveBuild(webOne, 'provision', recordOf(1));
    await use().saveBuild(webOne, 'deploy', recordOf(1, build));
    await use().saveBuild(webOne, 'deploy', recordOf(2, { ...build, outcome }));
    await expect(stored()).resolves.toStrictEqual({
      provision: recordOf(1),
      deploy: recordOf(2, { ...build, outcome }),
    });
  });

  test('replaces a record wholly', async () => {
    await use().saveBuild(webOne, 'deploy', recordOf(1, build));
    await use().saveBuild(webOne, 'deploy', recordOf(2));
    await expect(stored()).resolves.toStrictEqual({ deploy: recordOf(2) });
  });

  test.each([
    ['the first one again', 1],
    ['one that leaves a gap', 3],
    ['one from before the first', 0],
  ])('refuses as outdated %s, and changes nothing', async (_, revision) => {
    await use().saveBuild(webOne, 'deploy', recordOf(1));
    const late = use().saveBuild(webOne, 'deploy', recordOf(revision, { attempt: 9 }));
    await expect(late).rejects.toMatchObject({ name: 'Outdated', fault: 'environment' });
    await expect(stored()).resolves.toStrictEqual({ deploy: recordOf(1) });
  });

  test('refuses a second revision where there is no first', async () => {
    await expect(use().saveBuild(webOne, 'deploy', recordOf(2))).rejects.toMatchObject({ name: 'Outdated' });
    await expect(stored()).resolves.toStrictEqual({});
  });

  test('takes any text for the name of a job', async () => {
    await use().saveBuild(webOne, 'platform/deploy.web #1', recordOf(1));
    await use().saveBuild(webOne, 'platform/deploy.web #1', recordOf(2));
    await expect(stored()).resolves.toStrictEqual({ 'platform/deploy.web #1': recordOf(2) });
  });

  test.each([1, 2])(
    'lets one of two win that store revision %i at once, even with the same content',
    async (revision) => {
      if (revision === 2) await use().saveBuild(webOne, 'deploy', recordOf(1));
      const both = [1, 2].map(() => use().saveBuild(webOne, 'deploy', recordOf(revision)));
      const ends = await Promise.allSettled(both);
      expect(ends.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
      expect(ends).toContainEqual({
        status: 'rejected',
        reason: expect.objectContaining({ name: 'Outdated' }) as Error,
      });
    },
  );
}

export function describeEndBuild(use: Use): void {
  beforeEach(async () => {
    await use().claim(claimOf('i-a', 1));
    await use().saveBuild(webOne, 'deploy', recordOf(1));
  });
  const stored = async () => (await use().member('web', 'i-a'))?.builds.deploy;

  test.each(['releasing', 'replacing'] as const)('stores the next record of one that is %s', async (phase) => {
    await use().update(webOne, { phase });
    await use().endBuild(webOne, 'deploy', recordOf(2, build));
    await expect(stored()).resolves.toStrictEqual(recordOf(2, build));
    for (const revision of [2, 4]) {
      const late = use().endBuild(webOne, 'deploy', recordOf(revision));
      await expect(late).rejects.toMatchObject({ name: 'Outdated' });
    }
  });

  test.each(['launching', 'completing', 'in-service'] as const)(
    'changes nothing of one that is %s: its launch may still be at work',
    async (phase) => {
      await use().update(webOne, { phase });
      const early = use().endBuild(webOne, 'deploy', recordOf(2));
      await expect(early).rejects.toMatchObject({ name: 'NotHolder' });
      await expect(stored()).resolves.toStrictEqual(recordOf(1));
    },
  );

  test('changes nothing of another holder, or of one that is gone', async () => {
    await use().update(webOne, { phase: 'releasing' });
    const other = use().endBuild({ ...webOne, index: 2 }, 'deploy', recordOf(2));
    await expect(other).rejects.toMatchObject({ name: 'NotHolder' });
    await use().free(webOne, 'scale-in', at(9));
    await expect(use().endBuild(webOne, 'deploy', recordOf(2))).rejects.toMatchObject({ name: 'NotHolder' });
  });
}
