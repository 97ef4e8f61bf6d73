/** The page's only style sheet. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #5b6675; --line: #d8dee6; --card: #f6f8fa;
  --ok: #1a7f37; --bad: #c2261b; --run: #0b62c4; --warn: #8a5a00; --ok-bg: #dcf5e3; --bad-bg: #fde3e1; --run-bg: #dbeafe; --warn-bg: #fdf0d0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --paper: #0f141b; --soft: #9aa7b6; --line: #2b3542; --card: #171e28;
  --ok: #5fd07f; --bad: #ff8a80; --run: #7db4ff; --warn: #f0c060; --ok-bg: #12301c; --bad-bg: #3d1a18; --run-bg: #132a4a; --warn-bg: #35290d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; border-bottom: 1px solid var(--line); padding: .75rem 0; }
header a { color: inherit; font-weight: 700; text-decoration: none; font-size: 1.15rem; }
h1 { font-size: 1.4rem; margin: 1rem 0 .25rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--run); } a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible { outline: 3px solid var(--run); outline-offset: 2px; }
.soft { color: var(--soft); } .slots { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: .5rem 0; }
.slots a { display: block; min-width: 6.5rem; padding: .35rem .6rem; border-radius: .4rem; border: 1px solid var(--line); background: var(--card); color: var(--ink); text-decoration: none; }
.slots small { display: block; color: var(--soft); max-width: 13rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.slots .bad small { white-space: normal; }
.ok a, .ok { border-color: var(--ok); } .slots .ok a { background: var(--ok-bg); } .slots .bad a { background: var(--bad-bg); border-color: var(--bad); }
.slots .run a { background: var(--run-bg); border-color: var(--run); } .slots .warn a { background: var(--warn-bg); border-color: var(--warn); }
.alarm { border-left: 4px solid var(--bad); background: var(--bad-bg); padding: .5rem .75rem; margin: .5rem 0; }
.next { border-left: 4px solid var(--run); background: var(--card); padding: .5rem .75rem; margin: .75rem 0; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
.actions a, button { display: inline-block; font: inherit; padding: .35rem .9rem; border-radius: .4rem; border: 1px solid var(--run); background: var(--card); color: var(--run); text-decoration: none; cursor: pointer; }
button.danger, a.danger { border-color: var(--bad); color: var(--bad); }
ol.time { list-style: none; padding: 0; } ol.time li { padding: .35rem 0; border-bottom: 1px solid var(--line); }
ol.time time { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: .5rem; }
svg.bar { display: block; width: 100%; height: .6rem; margin-top: .2rem; } .track { fill: var(--line); }
svg .done { fill: var(--ok); } svg .failed { fill: var(--bad); } svg .running { fill: var(--run); } svg .said { fill: var(--soft); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td:nth-child(-n+4), th { overflow-wrap: normal; } td:nth-child(1), td:nth-child(2) { white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; font-size: .9rem; } .legend svg { width: .8rem; height: .8rem; vertical-align: middle; margin-right: .3rem; }
.c0 { fill: #4c78a8; } .c1 { fill: #f58518; } .c2 { fill: #54a24b; } .c3 { fill: #d67195; } .c4 { fill: #72b7b2; } .c5 { fill: #b279a2; } .c6 { fill: #eeca3b; } .c7 { fill: #9d755d; } .c8 { fill: #bab0ac; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 44rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .35rem 0; border-bottom: 1px solid var(--line); } td { border: 0; padding: 0; } td:last-child { flex-basis: 100%; color: var(--soft); } }
@media (max-width: 32rem) { .slots li { flex: 1 1 45%; } .slots a { min-width: 0; } .slots small { max-width: none; white-space: normal; } }
`;

/** The page's only script: asks again when something has changed, and keeps what the reader has opened. */
export const script = `
const news = document.getElementById('news');
// What stands where, for a reader who hears what has changed.
const newsIn = (main) => new Map([...main.querySelectorAll('[data-news]')].map((one) =>
  [one.id, (one.id === '' ? [document.title.split(' ')[0], one.textContent] : [...one.childNodes].map((part) => part.textContent)).map((part) => part.trim()).join(' ')]));
// A hold's minutes that go by are no news.
const withoutTime = (text) => text?.replace(/on hold \\S+ \\S+ more/, 'on hold');
const tell = (before, after) => {
  const told = [...after].filter(([id, text]) => withoutTime(before.get(id)) !== withoutTime(text)).map(([, text]) => text);
  const gone = [...before].filter(([id]) => !after.has(id)).map(([, text]) => text.split(' ')[0] + ' is gone');
  const all = [...told, ...gone];
  if (all.length > 0) news.textContent = all.length <= 5 ? all.join('; ') : all.length + ' instances have changed';
};
const live = document.getElementById('live');
const state = document.getElementById('state');
if (live !== null && window.EventSource !== undefined) {
  const source = new EventSource('/events');
  source.onopen = () => { state.textContent = 'live'; };
  source.onerror = () => { state.textContent = 'not live: is the command still running?'; };
  source.addEventListener('changed', async () => {
    const focused = document.activeElement;
    if (focused !== null && live.contains(focused) && /^(INPUT|TEXTAREA|SELECT)$/.test(focused.tagName)) return;
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
    if (next === null) return;
    const open = [...live.querySelectorAll('details[open]')].map(({ id }) => id);
    const at = focused !== null && live.contains(focused) ? focused.id : '';
    const before = newsIn(live);
    live.replaceChildren(...next.childNodes);
    tell(before, newsIn(live));
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    if (at !== '') document.getElementById(at)?.focus();
  });
}
`;
