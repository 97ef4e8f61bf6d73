import { ScriptedJenkins } from './scripted';

/** A fresh server for each test of the file. */
export function withServer(): { readonly current: ScriptedJenkins } {
  let server: ScriptedJenkins | undefined;
  beforeEach(async () => {
    server = await new ScriptedJenkins().start();
  });
  afterEach(async () => {
    await server?.stop();
  });
  return {
    get current() {
      return server!;
    },
  };
}
