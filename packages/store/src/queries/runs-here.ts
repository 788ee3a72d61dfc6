/** A server runs it, or ran it: neither was it imported, nor do others run it. */
export const RUNS_HERE = `(trigger <> 'import' AND NOT is_external)`;
