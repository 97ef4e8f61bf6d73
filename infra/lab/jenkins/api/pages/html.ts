/** Text for a page: logs and parameters are untrusted. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A plain page that a person can read. `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2733;background:#fff}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem 1.2rem .2rem 0;text-align:left;vertical-align:top}
pre{background:#f3f5f7;padding:1rem;overflow-x:auto;border-radius:6px}a{color:#0b5cad}small{color:#5b6770}
@media(prefers-color-scheme:dark){body{color:#e3e8ed;background:#15191d}pre{background:#20262c}a{color:#7db8f5}small{color:#98a4af}}
</style></head><body>
${body}
</body></html>
`;
}
