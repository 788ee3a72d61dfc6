import { createContext } from 'react';

/** Makes the worker that lays out large traces; null where there can be none, as in a page that is one file. */
export const ChartWorker = createContext<(() => Worker) | null>(null);
