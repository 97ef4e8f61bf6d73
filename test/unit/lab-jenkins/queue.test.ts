import { deploy, Lab, takenOffMs } from './lab';

describe('a queue item on its way', () => {
  test('waits, is pending, leaves without a build, and then has one', async () => {
    const lab = new Lab();
    lab.trigger();
    expect(lab.item()).toMatchObject({
      _class: 'hudson.model.Queue$WaitingItem',
      url: 'queue/item/1/',
      blocked: false,
      buildable: false,
      why: 'In the quiet period. Expires in 5 sec',
    });
    await lab.clock.advance(200);
    expect(lab.item().why).toBe('In the quiet period. Expires in 4.8 sec');
    await lab.clock.advance(4850);
    expect(lab.item()).toMatchObject({ _class: 'hudson.model.Queue$BuildableItem', buildable: true, pending: true });
    await lab.clock.advance(100);
    expect(lab.item()).toMatchObject({ _class: 'hudson.model.Queue$LeftItem', cancelled: false, executable: null });
    await lab.clock.advance(100);
    expect(lab.item().executable).toEqual({
      _class: 'hudson.model.FreeStyleBuild',
      number: 1,
      url: 'http://jenkins.lab/job/web/job/deploy/1/',
    });
  });

  test('says nothing of cancelled and executable before it has left', () => {
    const lab = new Lab();
    lab.trigger();
    expect(Object.keys(lab.item())).not.toEqual(expect.arrayContaining(['cancelled']));
    expect(Object.keys(lab.item())).not.toEqual(expect.arrayContaining(['executable']));
  });

  test('is in neither list for a moment: out of the queue, and without a build', async () => {
    const lab = new Lab();
    lab.trigger();
    await lab.clock.advance(5150);
    expect(lab.json('/queue').items).toEqual([]);
    expect(lab.json('/job/web/job/deploy').builds).toEqual([]);
  });

  test('waits for an executor when all are busy', async () => {
    const lab = new Lab({ executors: 1 });
    lab.trigger('a');
    lab.trigger('b');
    await lab.clock.advance(takenOffMs);
    expect(lab.item(2)).toMatchObject({ buildable: true, pending: false, why: 'Waiting for next available executor' });
    await lab.clock.advance(10_000);
    expect(lab.item(2).executable.number).toBe(2);
  });

  test('continues when there are more executors', async () => {
    const lab = new Lab({ executors: 0 });
    lab.trigger();
    await lab.clock.advance(60_000);
    expect(lab.item()).toMatchObject({ buildable: true, pending: false });
    lab.jenkins.setExecutors(1);
    await lab.clock.advance(1000);
    expect(lab.build().building).toBe(true);
  });

  test('runs beside another build when there are executors enough', async () => {
    const lab = new Lab({ executors: 2 });
    lab.trigger('a');
    lab.trigger('b');
    await lab.clock.advance(takenOffMs);
    expect(lab.jenkins.builds('web/deploy').map((build) => build.building)).toEqual([true, true]);
  });

  test('is blocked while the job may not run twice at a time', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, concurrentBuild: false, estimatedMs: 20_000 }] });
    lab.trigger('a');
    lab.trigger('b');
    await lab.clock.advance(takenOffMs);
    expect(lab.item(2)).toMatchObject({
      _class: 'hudson.model.Queue$BlockedItem',
      blocked: true,
      why: 'Build #1 is already in progress (ETA: 19 sec)',
    });
    expect(lab.trigger('b').status).toBe(303);
    await lab.clock.advance(10_000);
    expect(lab.item(2).executable.number).toBe(2);
  });

  test('is blocked too while another is just starting', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, concurrentBuild: false }], takeOff: { noBuildMs: 10_000 } });
    lab.trigger('a');
    lab.trigger('b');
    await lab.clock.advance(9000);
    lab.trigger('c');
    await lab.clock.advance(1000);
    expect(lab.item(1)).toMatchObject({ cancelled: false, executable: null });
    expect(lab.item(2)).toMatchObject({ blocked: true });
  });

  test('is forgotten five minutes after it has left, and not before', async () => {
    const lab = new Lab();
    lab.trigger();
    await lab.clock.advance(5100 + 5 * 60_000 - 1);
    expect(lab.get('/queue/item/1/api/json').status).toBe(200);
    await lab.clock.advance(1);
    expect(lab.get('/queue/item/1/api/json').status).toBe(404);
    expect(lab.build().queueId).toBe(1);
  });

  test('never gets a build when its job is disabled at the last moment', async () => {
    const lab = new Lab({ executors: 1 });
    lab.trigger('a');
    await lab.clock.advance(5150);
    lab.jenkins.updateJob('web/deploy', { disabled: true });
    await lab.clock.advance(60_000);
    expect(lab.item()).toMatchObject({ cancelled: false, executable: null });
    lab.jenkins.updateJob('web/deploy', { disabled: false });
    lab.trigger('b');
    await lab.clock.advance(takenOffMs);
    expect(lab.item(2).executable.number).toBe(1);
  });

  test('is cancelled when its job is disabled before an executor has it', () => {
    const lab = new Lab();
    lab.trigger();
    lab.jenkins.updateJob('web/deploy', { disabled: true });
    expect(lab.item()).toMatchObject({ cancelled: true, executable: null });
  });

  test('is called stuck only after ten times what a build takes', async () => {
    const lab = new Lab({ executors: 0, jobs: [{ ...deploy, estimatedMs: 90_000 }] });
    lab.trigger();
    await lab.clock.advance(5000 + 900_000);
    expect(lab.item().stuck).toBe(false);
    await lab.clock.advance(1);
    expect(lab.item().stuck).toBe(true);
  });

  test('waits while Jenkins quiets down, and continues after it', async () => {
    const lab = new Lab();
    lab.jenkins.quietDown();
    expect(lab.trigger().status).toBe(201);
    await lab.clock.advance(60_000);
    expect(lab.item()).toMatchObject({ blocked: true, why: 'Jenkins is about to shut down' });
    expect(lab.json('', 'quietingDown').quietingDown).toBe(true);
    lab.jenkins.quietDown(false);
    await lab.clock.advance(1000);
    expect(lab.build().building).toBe(true);
  });
});

describe('cancelling a queue item', () => {
  const cancel = (lab: Lab, id = '1'): number => lab.post(`/queue/cancelItem?id=${id}`).status;

  test('answers 204 and shows it as cancelled', () => {
    const lab = new Lab();
    lab.trigger();
    expect(cancel(lab)).toBe(204);
    expect(lab.item()).toMatchObject({ cancelled: true, executable: null, why: null });
  });

  test('answers 404 for an item that there is not', () => {
    expect(cancel(new Lab(), '7')).toBe(404);
  });

  test('answers 500 for one that has started, and does not stop it', async () => {
    const lab = new Lab();
    lab.trigger();
    await lab.clock.advance(takenOffMs);
    expect(cancel(lab)).toBe(500);
    expect(lab.build().building).toBe(true);
  });

  test('answers 422 without the permission, and cancels nothing', () => {
    const lab = new Lab();
    lab.trigger();
    lab.jenkins.access.deny('hudson.model.Item.Cancel');
    expect(cancel(lab)).toBe(422);
    expect(lab.item()._class).toContain('WaitingItem');
  });

  test('always answers 302 before 2.211', () => {
    const lab = new Lab({ coreVersion: '2.210' });
    lab.trigger();
    expect(cancel(lab)).toBe(302);
    expect(lab.item().cancelled).toBe(true);
    expect(cancel(lab, '7')).toBe(302);
  });

  test('works the deprecated way too', () => {
    const lab = new Lab();
    lab.trigger();
    expect(lab.post('/queue/item/1/cancelQueue').status).toBe(204);
    expect(lab.item().cancelled).toBe(true);
  });

  test('takes a POST', () => {
    const lab = new Lab();
    lab.trigger();
    expect(lab.get('/queue/cancelItem?id=1').status).toBe(405);
    expect(lab.item()._class).toContain('WaitingItem');
  });
});

describe('queue ids', () => {
  test('are written digit by digit when they have 63 bits', async () => {
    const lab = new Lab({ largeIds: true });
    const location = lab.trigger().headers.Location ?? '';
    const id = /item\/(\d+)\/$/.exec(location)?.[1] ?? '';
    expect(BigInt(id) > 2n ** 62n && BigInt(id) < 2n ** 63n).toBe(true);
    const listed = lab.get('/queue/api/json').body;
    expect(listed).toContain(`"id":${id},`);
    expect(listed).toContain(`"url":"queue/item/${id}/"`);
    await lab.clock.advance(takenOffMs);
    expect(lab.get('/job/web/job/deploy/1/api/json').body).toContain(`"queueId":${id},`);
    expect(lab.jenkins.builds('web/deploy')[0]?.queueId).toBe(id);
  });

  test('can be looked at without api/json since 2.469', () => {
    const [old, recent] = [new Lab({ coreVersion: '2.468' }), new Lab()];
    old.trigger();
    recent.trigger();
    expect(old.get('/queue/item/1/').status).toBe(404);
    expect(recent.get('/queue/item/1/')).toMatchObject({ status: 200 });
  });
});
