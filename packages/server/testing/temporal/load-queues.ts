/** Where the workers of what is synced listen. */
export const LOAD_QUEUE = 'load';
export const ZOO_QUEUE = 'zoo';
