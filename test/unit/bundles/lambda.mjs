// Does what Lambda does with a bundle: imports it, calls its handler with one event, and tells what came of it.
import { pathToFileURL } from 'node:url';

process.once('message', async ({ file, event }) => {
  let result;
  try {
    const { handler } = await import(pathToFileURL(file).href);
    result = { output: (await handler(event)) ?? null };
  } catch (error) {
    result = { error: { name: error.name, message: error.message, stack: error.stack } };
  }
  process.send(result, () => process.exit());
});
