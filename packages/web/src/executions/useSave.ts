import { useEffect, useRef, useState } from 'react';
import { saveFile } from '../api/saveFile.ts';
import { csvOf } from './csv.ts';
import { readWhole, type ListSource } from './queries.ts';

/** Saving a list as a file. */
export interface Save {
  /** How many were read so far; null while nothing is saved. */
  readonly progress: number | null;
  readonly error: Error | null;
  readonly start: () => void;
  readonly stop: () => void;
}

export function useSave(source: ListSource | null): Save {
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const stop = () => {
    running.current?.abort();
    setProgress(null);
  };
  const save = async (from: ListSource, signal: AbortSignal) => {
    try {
      const all = await readWhole(from, setProgress, signal);
      saveFile(new Blob([csvOf(all)], { type: 'text/csv' }), 'executions.csv');
    } catch (failure) {
      if (signal.aborted) return;
      setError(failure instanceof Error ? failure : new Error('The list could not be saved.'));
    }
    setProgress(null);
  };
  const start = () => {
    if (source === null) return;
    running.current = new AbortController();
    setError(null);
    setProgress(0);
    void save(source, running.current.signal);
  };
  return { progress, error, start, stop };
}
