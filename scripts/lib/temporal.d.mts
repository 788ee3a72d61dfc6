export function findTemporal(): string | null;
export function ensureTemporal(): Promise<string | null>;
