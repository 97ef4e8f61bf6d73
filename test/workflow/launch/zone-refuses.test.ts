import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { InvalidChangeBatch } from '../../../infra/lab/region/route53/errors';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { minutes, nothing, traces } from '../../support/failures';
import { executions, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

// What a zone refuses for good is reported at once, with Route 53's own reason.

const many = 30;

function zoneOf(lab: Lab) {
  return lab.region.route53.world.zones[0]!;
}

/** How each launch failed, how long it took, and what it said. */
function failures(lab: Lab) {
  return executions(lab).map(({ status, error, cause, startDate, stopDate }) => ({
    status,
    error,
    seconds: (stopDate!.getTime() - startDate!.getTime()) / 1000,
    cause: String(cause),
  }));
}

/** What happens to the changes of zones, by the names that they are about. */
const changing = (refuse: (names: readonly string[]) => Error | undefined): Pick<LabOptions, 'interceptPorts'> => ({
  interceptPorts: (ports) => ({
    ...ports,
    route53: intercept(ports.route53, async ({ operation, input }, proceed) => {
      const changes = (input as { ChangeBatch?: { Changes: { ResourceRecordSet: { Name: string } }[] } }).ChangeBatch;
      const names = changes?.Changes.map(({ ResourceRecordSet }) => ResourceRecordSet.Name) ?? [];
      const refusal = operation === 'changeResourceRecordSets' ? refuse(names) : undefined;
      if (refusal !== undefined) throw refusal;
      return proceed();
    }),
  }),
});

describe.each([
  ['one launch', 1],
  ['a crowd', many],
])('%s', (_, count) => {
  test("under a name of another zone than the id's fails at once", () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      const other = lab.region.route53.world.createZone({ name: 'other.example.com', vpcIds: [] });
      lab.addGroup('web', { settings: { dns: { zoneId: other.id, zoneName: 'internal.example.com' } } });
      await launch(lab, count);
      const all = failures(lab);
      expect(all).toHaveLength(count);
      for (const { status, error, seconds, cause } of all) {
        expect({ status, error }).toEqual({ status: 'FAILED', error: 'ZoneUnusable' });
        expect(cause).toMatch(/RRSet with DNS name web-\d+\.\S+ is not permitted in zone other\.example\.com\./);
        expect(cause).toContain('dns has the id of another zone, or its name');
        expect(seconds).toBeLessThan(120);
      }
    }));

  test('in a zone that is full fails at once', () =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      lab.region.route53.world.limitRecords(zoneOf(lab).id, 3);
      lab.addGroup('web');
      await launch(lab, count);
      for (const { error, seconds, cause } of failures(lab)) {
        expect(error).toBe('ZoneUnusable');
        expect(cause).toContain('reached its limit of 3 resource record sets');
        expect(seconds).toBeLessThan(120);
      }
      // A person has it raised, and redrives.
      lab.region.route53.world.limitRecords(zoneOf(lab).id, 10_000);
      for (const { executionArn = '' } of executions(lab)) lab.muster.engine.redriveExecution({ executionArn });
      await settle(lab);
      expect(executions(lab).map(({ status }) => status)).toEqual(executions(lab).map(() => 'SUCCEEDED'));
    }));
});

test.each([
  ['InvalidChangeBatch', (name: string) => new InvalidChangeBatch([`FATAL problem: Odd encountered with '${name}'`])],
  ['InvalidInput', (name: string) => new ServiceError({ code: 'InvalidInput', message: `Invalid TTL in '${name}'` })],
])('%s about one name of a crowd lets the others in, and says so to that one', (_, refusal) =>
  withLab(
    {
      reachedOver: 'memory',
      ...changing((names) => {
        const bad = names.find((name) => name.startsWith('web-07.'));
        return bad === undefined ? undefined : refusal(bad);
      }),
    },
    async (lab) => {
      lab.addGroup('web');
      await launch(lab, many);
      const bad = failures(lab).filter(({ status }) => status !== 'SUCCEEDED');
      expect(bad).toEqual([expect.objectContaining({ error: 'ZoneUnusable' })]);
      expect(bad[0]?.cause).toContain("'web-07.");
    },
  ),
);

test('a CNAME at the name belongs to another owner, and is no mistake of the zone', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const name = 'web-01.internal.example.com';
    lab.region.route53.world.foreign(zoneOf(lab).id, { name, type: 'CNAME', values: ['elsewhere.example.com.'] });
    await launch(lab);
    expect(failures(lab)).toEqual([expect.objectContaining({ error: 'NameTaken' })]);
  }));

describe('a release', () => {
  const gone = new ServiceError({ code: 'NoSuchHostedZone', message: 'No hosted zone found with ID: Z1', status: 404 });

  test('whose zone goes between the look and the change ends', () => {
    let isGone = false;
    return withLab(
      changing(() => (isGone ? gone : undefined)),
      async (lab) => {
        lab.addGroup('web');
        const [id] = await launch(lab);
        isGone = true;
        lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
        await minutes(lab, 30);
        expect(stateOf(lab, id!)).toBeUndefined();
        expect(await lab.ledger.member('web', id!)).toBeUndefined();
      },
    );
  });

  test('that the zone refuses keeps the number while the name stands, and ends once it is gone', () => {
    let refuses = false;
    const refusal = new InvalidChangeBatch(['a reason of tomorrow']);
    return withLab(
      changing(() => (refuses ? refusal : undefined)),
      async (lab) => {
        lab.addGroup('web');
        const [id] = await launch(lab);
        refuses = true;
        lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
        await minutes(lab, 15);
        const releases = () =>
          lab.muster.engine.listExecutions({ stateMachineArn: lab.muster.releaseArn }).executions ?? [];
        const describe = () => lab.muster.engine.describeExecution({ executionArn: releases()[0]!.executionArn! });
        expect(describe()).toMatchObject({ error: 'ZoneUnusable' });
        expect((await lab.ledger.member('web', id!))?.phase).toBe('releasing');
        const { fqdn = '' } = (await lab.ledger.member('web', id!))!;
        for (const type of ['A', 'TXT'] as const) lab.region.route53.world.removeForeign(zoneOf(lab).id, fqdn, type);
        await minutes(lab, 60);
        expect(await traces(lab, id!)).toEqual(nothing);
        expect(onlyExecution(lab).status).toBe('SUCCEEDED');
      },
    );
  });
});
