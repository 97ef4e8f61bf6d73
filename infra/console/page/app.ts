import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { streamSSE } from 'hono/streaming';
import { history } from '../../../functions/fleet/operations/history';
import { lastLaunches } from '../../../functions/fleet/operations/launches';
import { list } from '../../../functions/fleet/operations/list';
import { show } from '../../../functions/fleet/operations/show';
import { messageOf } from '../../../functions/shared/aws-errors';
import { explainAws } from '../explain-aws';
import { copyable } from '../fleet/copyable';
import { lastBuild } from '../fleet/build-log';
import { lines, oneLine } from '../render/plain';
import { withPolicy } from '../policies';
import { pauseUnlessEnded } from '../watch';
import type { World } from '../world';
import { actionNames, confirmation, labControls, performAction, type ActionName, type ActionForm } from './actions';
import { script, style } from './assets';
import { groupRow, groupsPage, type PageContext } from './groups-page';
import type { Guard } from './guard';
import { instancePage } from './instance-page';
import { historyTable, launchesChart } from './launches-page';
import { groupPath, instancePath, page, type Markup } from './layout';

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const everyMs = 2_000;
const logBytes = 64 * 1024;

export interface PageOptions {
  readonly world: World;
  readonly guard: Guard;
  /** Told when a link was used: the next browser needs another. */
  readonly onOpened?: () => void;
  /** How long the page waits before it looks again for changes, in milliseconds. */
  readonly everyMs?: number;
}

/** The operator's page over a world. */
export function pageApp(options: PageOptions): Hono {
  const { world, guard } = options;
  const app = new Hono();
  // Browsers share cookies between the ports of a host: another console's must not push out ours.
  const cookie = `muster-${guard.port}`;
  const sessionOf = (context: Context) => getCookie(context, cookie);

  app.use(async (context, next) => {
    context.header('content-security-policy', policy);
    context.header('x-content-type-options', 'nosniff');
    // Not `no-referrer`: with that a browser says `Origin: null` for our own forms.
    context.header('referrer-policy', 'same-origin');
    context.header('cache-control', 'no-store');
    if (!guard.isOurHost(context.req.header('host')))
      return context.text(
        'This page is for this machine only: open it as http://127.0.0.1, as muster console says.\n',
        403,
      );
    const session = sessionOf(context);
    if (context.req.path === '/open' || guard.isOpen(session)) return next();
    return context.text('Open the link that muster console has printed: it lets this browser in.\n', 401);
  });
  app.get('/open', (context) => {
    const session = guard.open(context.req.query('link'));
    if (session === undefined)
      return context.text('This link was used already: muster console has printed another one.\n', 401);
    setCookie(context, cookie, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    options.onOpened?.();
    return context.redirect('/', 303);
  });
  app.get('/style.css', (context) => context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/app.js', (context) => context.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  looks(app, options, sessionOf);
  changes(app, options, sessionOf);
  app.notFound(async (context) =>
    context.html(await page('Not found', world.where, html`<h1>There is no such page</h1>`), 404),
  );
  app.onError(async (error, context) => {
    const text = explainAws(error, { stack: world.identity.deployment })?.message ?? messageOf(error);
    const body = html`<h1>It could not be done</h1>
      <p class="alarm">${oneLine(copyable(text, world.called))}</p>
      <p><a href="/">All groups</a></p>`;
    return context.html(await page('It could not be done', world.where, body), 409);
  });
  return app;
}

type SessionOf = (context: Context) => string | undefined;

function looks(app: Hono, options: PageOptions, sessionOf: SessionOf): void {
  const { world, guard } = options;
  const answer = async (context: Context, title: string, body: Markup) =>
    context.html(await page(title, world.where, body, title !== 'Log'));
  const tokenOf = (context: Context) => guard.formToken(sessionOf(context) ?? '');

  app.get('/', async (context) => {
    const groups = await list(world);
    const controls = labControls(await world.controls?.state(), groups[0]?.group ?? '', tokenOf(context));
    return answer(context, 'Groups', groupsPage(groups, shownNow(world), controls));
  });
  app.get('/groups/:group', async (context) => {
    const group = context.req.param('group');
    const [view] = await list(world, group);
    const [launches, past] = await Promise.all([lastLaunches(world, `${group}_i-`), history(world, group, 50)]);
    const row = view === undefined ? html`` : groupRow(view, shownNow(world), false);
    return answer(
      context,
      group,
      html`<h1>${oneLine(group)}</h1>
        ${row} ${launchesChart(launches)} ${historyTable(past)}`,
    );
  });
  app.get('/instances/:group/:instance', async (context) => {
    const { group, instance } = context.req.param();
    const seen = await show(world, { group, instance });
    const view = { ...seen, gaps: seen.gaps.map((gap) => withPolicy(gap, world.identity.deployment)) };
    return answer(context, view.name, instancePage(view, world.clock.now(), world.deployed === undefined));
  });
  app.get('/log', async (context) => {
    const { group, instance } = askedIn((name) => context.req.query(name));
    const build = await lastBuild(world, { group, instance });
    if (build === undefined) return answer(context, 'Log', html`<h1>No build has begun</h1>`);
    const { text } = await world.logs.read(build.settings, build, -logBytes);
    const body = html`<h1>${oneLine(build.job)} #${build.number}</h1>
      <p>
        <a href="${instancePath(group, instance)}">Back</a>
        ${build.result === undefined ? 'runs' : oneLine(build.result)}
      </p>
      <pre tabindex="0" role="region" aria-label="console of the build">${lines(text).join('\n')}</pre>`;
    return answer(context, 'Log', body);
  });
  app.get('/events', (context) =>
    streamSSE(context, async (stream) => {
      let before = '';
      while (!stream.aborted) {
        const now = JSON.stringify(await list(world));
        if (now !== before) await stream.writeSSE({ event: 'changed', data: '' });
        before = now;
        await pauseUnlessEnded(options.everyMs ?? everyMs, context.req.raw.signal);
        if (context.req.raw.signal.aborted) return;
      }
    }),
  );
}

function shownNow({ clock, called }: World): PageContext {
  return { now: clock.now(), called };
}

function changes(app: Hono, { world, guard }: PageOptions, sessionOf: SessionOf): void {
  app.get('/confirm/:action', async (context) => {
    const action = context.req.param('action');
    if (!isAction(action)) return context.notFound();
    const asked = askedIn((name) => context.req.query(name));
    const name = asked.instance === '' ? undefined : await nameOf(world, asked);
    const body = confirmation(action, { ...asked, name }, guard.formToken(sessionOf(context) ?? ''));
    return context.html(await page(action, world.where, body));
  });
  app.use('/do/*', refuseForged);
  app.use('/lab/*', refuseForged);
  app.post('/do/:action', async (context) => {
    const action = context.req.param('action');
    if (!isAction(action)) return context.notFound();
    const form = await context.req.parseBody();
    const asked = askedIn((name) => textIn(form[name]));
    const said = await performAction(world, action, asked);
    const back = asked.instance === '' ? groupPath(asked.group) : instancePath(asked.group, asked.instance);
    const body = html`<h1>Done</h1>
      <p id="said">${oneLine(said)}</p>
      <p class="actions"><a autofocus aria-describedby="said" href="${back}">Continue</a></p>`;
    return context.html(await page('Done', world.where, body));
  });
  app.post('/lab/:control', async (context) => {
    const { controls } = world;
    if (controls === undefined) return context.notFound();
    const form = await context.req.parseBody();
    const state = await controls.state();
    const does: Readonly<Record<string, () => Promise<unknown>>> = {
      'scale-out': () => controls.scale(textIn(form.group), 1),
      'scale-in': () => controls.scale(textIn(form.group), -1),
      'break-deploys': () => controls.breakDeploys(!state.deploysBroken),
      'take-jenkins-away': () => controls.takeJenkinsAway(!state.jenkinsAway),
      'lose-ledger': () => controls.loseLedger(),
    };
    const name = context.req.param('control');
    if (!Object.hasOwn(does, name)) return context.notFound();
    await does[name]?.();
    // Back to the button that was pressed.
    return context.redirect(`/#lab-${name}`, 303);
  });

  async function refuseForged(context: Context, next: () => Promise<void>) {
    const form = context.req.method === 'POST' ? await context.req.parseBody() : {};
    const isOurs = guard.mayChange({
      session: sessionOf(context) ?? '',
      token: 'token' in form ? form.token : undefined,
      origin: context.req.header('origin'),
      host: context.req.header('host') ?? '',
    });
    if (isOurs) return next();
    return context.text('This was not asked on a page of this console: nothing was done.\n', 403);
  }
}

/** What a person knows it by, which is asked about before anything is done to it. */
async function nameOf(world: World, { group, instance }: ActionForm): Promise<string | undefined> {
  const [view] = await list(world, group);
  return view?.instances.find(({ instanceId }) => instanceId === instance)?.name;
}

function isAction(text: string): text is ActionName {
  return (actionNames as readonly string[]).includes(text);
}

function askedIn(value: (name: string) => string | undefined): ActionForm {
  return { group: value('group') ?? '', instance: value('instance') ?? '', for: value('for') ?? '' };
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
