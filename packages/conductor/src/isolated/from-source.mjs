// Starts a thread from the TypeScript sources; in a build `thread.js` is started itself.
import { register } from 'tsx/esm/api';

register();
await import(new URL('thread.ts', import.meta.url).href);
