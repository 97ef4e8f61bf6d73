import type { Kind } from '../plan';

/** A way to break Muster: each edit replaces a text that stands exactly once in a file. */
export interface Mutation {
  readonly name: string;
  /** What it does wrong, in words. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
  /** Within so many seeds, from 1, it has to be caught. */
  readonly within: number;
  /** Of these kinds the worlds are; otherwise plain. */
  readonly kinds?: readonly Kind[];
}

interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const fleet = (file: string, find: string, replace: string): Edit => ({
  file: `functions/fleet/${file}`,
  find,
  replace,
});
/** The lab's twin of the ledger's conditions: those of DynamoDB are held against it by the contract suite. */
const ledger = (find: string, replace: string): Edit => ({
  file: 'infra/lab/region/ledger/memory-ledger.ts',
  find,
  replace,
});
const release = (find: string, replace: string): Edit => ({
  file: 'statemachines/fleet/release.asl.json',
  find,
  replace,
});
const permission = (file: string, find: string, replace: string): Edit => ({
  file: `infra/systems/fleet/permissions/${file}`,
  find,
  replace,
});

export const mutations: readonly Mutation[] = [
  {
    name: 'numbers-from-tags',
    breaks: 'the free numbers are found by scanning tags, and taken without a condition',
    within: 20,
    edits: [
      fleet(
        'steps/claim-index/find-index.ts',
        '{ ledger, random }: { ledger: Ledger; random: Random },',
        '{ ledger, random, ec2 }: { ledger: Ledger; random: Random; ec2: any },',
      ),
      fleet(
        'steps/claim-index/find-index.ts',
        'const held = slots.map(({ index }) => index);',
        `const { Reservations = [] } = await ec2.describeInstances({
    Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: [group] }],
  });
  const held = Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(({ Tags = [] }) =>
    Tags.filter(({ Key }) => Key === 'muster:index').map(({ Value }) => Number(Value)),
  );`,
      ),
      ledger("if (state.slots.has(claim.index)) return 'index-taken';", ''),
    ],
  },
  {
    name: 'free-before-dns',
    breaks: 'a release frees the index before it removes the name',
    within: 20,
    edits: [
      release('"End": true', '"Next": "Remove DNS, now"'),
      release('"Next": "Free index"', '"End": true'),
      release('"Next": "Remove DNS"', '"Next": "Free index"'),
      release('"Next": "Remove DNS, now"', '"Next": "Remove DNS"'),
    ],
  },
  {
    name: 'upsert',
    breaks: 'a name is written over the record that stands there',
    within: 300,
    edits: [
      fleet('resources/zone.ts', 'Action: action,', "Action: action === 'CREATE' ? 'UPSERT' : action,"),
      fleet(
        'domain/dns/owned-records.ts',
        'if (existing.length === 0 && foreign.length === 0) {',
        'if (marksAt(existing).length === 0) {',
      ),
    ],
  },
  {
    name: 'post-again',
    breaks: 'a request for a build whose answer was lost is posted again without a look',
    within: 50,
    edits: [
      fleet(
        'adapters/jenkins/client.ts',
        "return await this.#confirm('it is not known whether the request reached Jenkins');",
        'return await this.#post(await this.#preflight());',
      ),
    ],
  },
  {
    name: 'trust-queue-id',
    breaks: 'a queue item or a build is followed by its number alone, though a crash gives numbers out again',
    within: 200,
    kinds: ['pruned-builds'],
    edits: [
      fleet('adapters/jenkins/follow.ts', "if (owner === 'other') return {", 'if (false) return {'),
      fleet(
        'adapters/jenkins/follow.ts',
        "if (build === undefined || ownerOf(build, wanted) === 'other') {",
        'if (build === undefined) {',
      ),
    ],
  },
  {
    name: 'build-at-every-run',
    breaks: 'a build that failed begins again whenever its step runs again, without a redrive',
    within: 400,
    edits: [fleet('domain/build.ts', 'if (run.redrives > record.redrive) {', 'if (run.redrives >= record.redrive) {')],
  },
  {
    name: 'builds-outlive',
    breaks: 'a release frees the index while builds of its instance still run',
    within: 100,
    edits: [
      fleet(
        'steps/end-builds/handler.ts',
        "if (builds.length === 0) return { action: 'passed'",
        "if (builds.length >= 0) return { action: 'passed'",
      ),
    ],
  },
  {
    name: 'complete-before-health',
    breaks: 'a target that is still being checked counts as healthy',
    within: 20,
    edits: [
      fleet(
        'domain/targets.ts',
        "const open = targets.filter((target) => target.state !== 'healthy');",
        "const open = targets.filter((target) => !['healthy', 'initial'].includes(target.state));",
      ),
    ],
  },
  {
    name: 'dns-not-awaited',
    breaks: 'no step waits for the name servers',
    within: 20,
    edits: [fleet('steps/check-dns/handler.ts', "if (status === 'PENDING') throw", "if (status === 'NONE') throw")],
  },
  {
    name: 'not-tagged',
    breaks: 'the tags are never written',
    within: 20,
    edits: [fleet('steps/tag-instance/write-tags.ts', 'await ec2.createTags({', 'void ({')],
  },
  {
    name: 'heartbeat-forgotten',
    breaks: 'the reconciler keeps no hook open',
    within: 50,
    edits: [
      fleet(
        'triggers/reconcile/apply.ts',
        'await recordHeartbeat(deps.autoScaling, seen, decision.hookName);\n        return;',
        'return;',
      ),
    ],
  },
  {
    name: 'abandon-without-deregistering',
    breaks: 'an abandoned instance stays in its target groups',
    within: 50,
    edits: [
      fleet(
        'steps/deregister-targets/handler.ts',
        'for (const target of targets) reasons.push(await takeOut(deps, target, member, members));',
        '',
      ),
    ],
  },
  {
    name: 'not-drained',
    breaks: 'an abandoned instance is terminated while its connections are still open',
    within: 200,
    edits: [fleet('steps/check-drained/handler.ts', 'if (draining.length > 0)', 'if (draining.length < 0)')],
  },
  {
    name: 'stale-member',
    breaks: 'a step acts for the holder of the number, even if the instance is gone since',
    within: 200,
    kinds: ['hasty-redrives'],
    edits: [
      fleet('steps/step.ts', 'if (member !== undefined && isBeingReleased(member)) {', 'if (member === undefined) {'),
      fleet(
        'steps/step.ts',
        "if (member.execution === run.execution && member.phase !== 'replacing') return member;",
        'return member;',
      ),
      ledger('if (!mayChange(member, changes)) throw notHolder(holder);', ''),
    ],
  },
  {
    name: 'last-steps-not-awaited',
    breaks: 'a release takes back what a step that is still under way can put there again',
    within: 2000,
    edits: [
      fleet(
        'domain/release.ts',
        "if (phase === 'launching' || phase === 'completing' || isNew) {",
        'if (isNew && inServiceAt === undefined) {',
      ),
    ],
  },
  {
    name: 'abandoned-in-service',
    breaks: 'who went into service while it was about to be abandoned is released all the same',
    within: 400,
    edits: [fleet('domain/release.ts', "if (reason === 'abandoned' && (", "if (reason === 'orphan' && (")],
  },
  {
    name: 'letting-go-forgotten',
    breaks: 'a launch that was stopped to let it go is left alone if its release did not begin',
    within: 400,
    edits: [
      fleet(
        'domain/reconcile/reconcile.ts',
        "member.phase !== 'replacing' && isToBeLetGo(launch, member)",
        "member.phase === 'releasing' && isToBeLetGo(launch, member)",
      ),
      fleet(
        'domain/reconcile/reconcile.ts',
        'const isBack = launch !== undefined && wasStoppedForRelease(launch);',
        'const isBack = launch !== undefined && wasStoppedForRelease(launch) && member === undefined;',
      ),
    ],
  },
  {
    name: 'no-hold',
    breaks: 'a failed launch is abandoned at once, in spite of its hold',
    within: 50,
    edits: [fleet('domain/reconcile/reconcile.ts', 'if (!isOver || view.breakerIsOpen) return beat;', '')],
  },
  {
    name: 'breaker-ignored',
    breaks: 'held instances are abandoned while the breaker is open',
    within: 200,
    edits: [
      fleet(
        'domain/reconcile/reconcile.ts',
        'if (!isOver || view.breakerIsOpen) return beat;',
        'if (!isOver) return beat;',
      ),
    ],
  },
  {
    name: 'told-again',
    breaks: 'each run that sees the failure sends a message',
    within: 50,
    edits: [
      fleet('domain/outcome.ts', "if (report.state === 'sent') return", "if (report.state === 'never') return"),
      fleet(
        'domain/outcome.ts',
        'return now.getTime() - Date.parse(report.at) < takeOverMs',
        'return now.getTime() < 0',
      ),
    ],
  },
  {
    name: 'no-message',
    breaks: 'a failure is put on hold, and its message is forgotten',
    within: 50,
    edits: [fleet('outcomes/failure.ts', "if (task.action === 'leave')", "if (task.action !== 'leave')")],
  },
  {
    name: 'lost-events-stay-lost',
    breaks: 'the reconciler starts no launch whose event was lost',
    within: 50,
    edits: [
      fleet(
        'domain/reconcile/reconcile.ts',
        'if (!isServed(seen)) return start(seen, state, view, beat);',
        "if (!isServed(seen)) return beat('it waits');",
      ),
    ],
  },
  {
    name: 'orphans-forgotten',
    breaks: 'what a vanished instance held is never taken back',
    within: 50,
    edits: [fleet('domain/reconcile/detached.ts', 'if (!holdsSomething(seen) && !runs) return [];', 'return [];')],
  },
  {
    name: 'no-list-is-empty',
    breaks: 'an answer without its list passes for an empty list',
    within: 50,
    kinds: ['blinded'],
    edits: [
      fleet(
        'resources/instance.ts',
        'if (part === undefined) throw',
        'if (part === undefined) return [] as Part;\n  if (part === null) throw',
      ),
    ],
  },
  {
    name: 'unseen-is-gone',
    breaks: 'an instance that Auto Scaling could not be asked about passes for one that is gone',
    within: 400,
    kinds: ['blinded'],
    edits: [
      fleet(
        'triggers/reconcile/groups.ts',
        'MaxRecords: 100,\n        ...token,\n      });',
        'MaxRecords: 100,\n        ...token,\n      }).catch(() => ({ AutoScalingGroups: [], NextToken: undefined }));',
      ),
      fleet(
        'triggers/reconcile/groups.ts',
        'describeAutoScalingInstances({ InstanceIds: some, ...token });',
        'describeAutoScalingInstances({ InstanceIds: some, ...token }).catch(() => ({ AutoScalingInstances: [], NextToken: undefined }));',
      ),
    ],
  },
  {
    name: 'first-page-only',
    breaks: 'only the first page of a list is read',
    within: 50,
    kinds: ['blinded', 'leaving'],
    edits: [
      fleet(
        'triggers/reconcile/groups.ts',
        'for (let next = await read({}); next !== undefined;) next = await read({ NextToken: next });',
        'await read({});',
      ),
    ],
  },
  {
    name: 'removal-by-names-of-today',
    breaks: 'a release may only remove names that the settings of today would give',
    within: 150,
    kinds: ['redeployed'],
    edits: [
      permission('functions/remove-dns.ts', 'removeRecords }', 'createAndDeleteRecords }'),
      permission(
        'functions/remove-dns.ts',
        '...removeRecords(scope)]',
        "...createAndDeleteRecords(scope, ['CREATE', 'DELETE'])]",
      ),
    ],
  },
  {
    name: 'denial-unknown',
    breaks: 'what IAM refuses, since it has not followed a deployment yet, is not recognized',
    within: 20,
    kinds: ['redeployed'],
    edits: [
      fleet(
        'steps/step.ts',
        'const denied = notPermitted(denial, functionName);',
        'const denied = notPermitted(undefined, functionName);',
      ),
    ],
  },
  {
    name: 'marks-not-asked',
    breaks: 'a claim does not ask which numbers instances bear that the ledger has forgotten',
    within: 50,
    kinds: ['lost-ledger'],
    edits: [
      fleet(
        'steps/claim-index/newcomers.ts',
        'if (marked.length === 0) return [];',
        'if (marked.length >= 0) return [];',
      ),
    ],
  },
  {
    name: 'forgotten-is-redriven',
    breaks: 'a launch whose member the ledger has lost is redriven, again and again',
    within: 50,
    kinds: ['lost-ledger'],
    edits: [
      fleet(
        'domain/redrive-or-new-attempt.ts',
        'return redrivable && obstacleOf(error) === undefined;',
        'return redrivable;',
      ),
      // The other look that guards against the same.
      fleet('domain/redrive-or-new-attempt.ts', 'return !hasMember && destination', 'return false && destination'),
    ],
  },
  {
    name: 'done-stays-unsaid',
    breaks: 'an instance in service stays recorded as launching after the ledger was restored',
    within: 50,
    kinds: ['lost-ledger'],
    edits: [
      fleet(
        'domain/reconcile/reconcile.ts',
        "(phase === 'launching' && launch.arn === execution)",
        "(phase === 'launching' && launch.arn === 'another')",
      ),
    ],
  },
  {
    name: 'job-of-today',
    breaks: 'a running build is looked for in the job that the settings name by now',
    within: 100,
    kinds: ['jobs-changed'],
    edits: [fleet('domain/build-polling.ts', 'job: record.job ?? now.job', 'job: now.job')],
  },
  {
    name: 'names-run-out',
    breaks: 'there are twenty names for the launches of an instance',
    within: 20,
    kinds: ['many-stays'],
    edits: [
      fleet(
        'domain/redrive-or-new-attempt.ts',
        '_${digits(`action ${token}`)}`);',
        '_${Number(digits(`action ${token}`)) % 20}`);',
      ),
      fleet(
        'domain/redrive-or-new-attempt.ts',
        '? named(purpose, `_${digits(`after ${after}`)}`)',
        '? named(purpose, `_${Number(digits(`after ${after}`)) % 20}`)',
      ),
    ],
  },
  {
    name: 'token-in-error',
    breaks: 'what went wrong with a request to Jenkins is told with its credentials',
    within: 100,
    edits: [
      fleet(
        'adapters/jenkins/transport/http.ts',
        'detail: keys.redact(detail), delivered };',
        'detail: `${detail} (${authorization})`, delivered };',
      ),
      // What is taken out of every text that leaves the client would hide it.
      fleet(
        'adapters/jenkins/transport/credentials.ts',
        'return longestFirst.reduce(',
        'return longestFirst.slice(0, 0).reduce(',
      ),
    ],
  },
  {
    name: 'throttling-unknown',
    breaks: 'an answer that says "slow down" is not recognized',
    within: 20,
    edits: [
      {
        file: 'functions/shared/aws-errors.ts',
        find: 'return throttling.has(nameOf(error));',
        replace: 'return throttling.size === 0 && nameOf(error) !== undefined;',
      },
    ],
  },
];
