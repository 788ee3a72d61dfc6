import { createContext } from 'react';
import type { Source } from './tabs/tab.ts';

/** Where the execution on the page comes from, for what asks for more of it; null in a page without a server. */
export const SourceContext = createContext<Source | null>(null);
