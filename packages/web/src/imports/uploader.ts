import { requestFields } from '../api/client.ts';
import { ApiError, isPassing } from '../api/errors.ts';
import { readUpload, type Upload } from './upload.ts';

/** How many files are sent at once. */
const AT_ONCE = 2;
/** After a broken connection it is tried again after so many milliseconds at first, and so often. */
const FIRST_WAIT_MS = 500;
const TRIES = 8;

/** A file that this page sends. */
export interface Sending {
  /** Its place in the order in which files were chosen. */
  readonly key: number;
  readonly name: string;
  readonly workspace: string;
  /** Null until the server has taken it on. */
  readonly uploadId: string | null;
  /** Why it is not sent any more, where that is so. */
  readonly error: string | null;
}

interface Job {
  readonly file: File;
  sending: Sending;
}

export function uploadsPath(workspace: string): string {
  return `/api/v1/workspaces/${workspace}/imports/uploads`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Does something that a broken connection may keep from being done, some times. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (tried >= TRIES || !(error instanceof Error) || !isPassing(error)) throw error;
      await pause(FIRST_WAIT_MS * 2 ** Math.min(tried, 5));
    }
  }
}

/**
 * Sends files to the server part by part, also while other pages of the app are shown. What was cut off goes on when
 * the same file is chosen again: the server knows it by its name, size and time.
 */
class Uploader {
  #jobs: readonly Job[] = [];
  #snapshot: readonly Sending[] = [];
  readonly #waiting: Job[] = [];
  #running = 0;
  #next = 0;
  readonly #listeners = new Set<() => void>();
  /** Called with what the server says each time that it has taken a part. */
  onProgress: (workspace: string, upload: Upload) => void = () => undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The files that are sent or could not be, in the order in which they were chosen. */
  readonly snapshot = (): readonly Sending[] => this.#snapshot;

  add(workspace: string, files: readonly File[]): void {
    const jobs = files.map((file) => ({
      file,
      sending: { key: this.#next++, name: file.name, workspace, uploadId: null, error: null },
    }));
    this.#jobs = [...this.#jobs, ...jobs];
    this.#waiting.push(...jobs);
    this.#tell();
    for (let i = 0; i < jobs.length; i++) void this.#work();
  }

  /** Sends a file again that could not be sent. */
  retry(key: number): void {
    const job = this.#jobs.find(({ sending }) => sending.key === key);
    if (job === undefined || job.sending.error === null) return;
    this.#change(job, { uploadId: null, error: null });
    this.#waiting.push(job);
    void this.#work();
  }

  /** Takes a file off that could not be sent. */
  dismiss(key: number): void {
    this.#jobs = this.#jobs.filter(({ sending }) => sending.key !== key);
    this.#tell();
  }

  #tell(): void {
    this.#snapshot = this.#jobs.map(({ sending }) => sending);
    for (const listener of this.#listeners) listener();
  }

  #change(job: Job, change: Partial<Sending>): void {
    job.sending = { ...job.sending, ...change };
    this.#tell();
  }

  /** Sends what waits, one file after the other. */
  async #work(): Promise<void> {
    if (this.#running >= AT_ONCE) return;
    this.#running++;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) await this.#send(job);
    this.#running--;
  }

  async #send(job: Job): Promise<void> {
    const { file, sending } = job;
    const path = uploadsPath(sending.workspace);
    try {
      const body = {
        file_name: file.name.slice(0, 500),
        size_bytes: file.size,
        fingerprint: `${file.name.slice(-140)} ${file.size} ${file.lastModified}`,
      };
      let upload = await again(async () => readUpload(await requestFields(path, { method: 'POST', body })));
      this.#change(job, { uploadId: upload.id });
      this.onProgress(sending.workspace, upload);
      while (upload.state === 'uploading') {
        const { receivedBytes: start, partBytes, id } = upload;
        const bytes = file.slice(start, start + partBytes);
        const part = `${path}/${id}/parts?offset=${start}`;
        upload = await again(async () => readUpload(await requestFields(part, { method: 'PUT', bytes })));
        this.onProgress(sending.workspace, upload);
      }
      this.dismiss(sending.key);
    } catch (error) {
      // One that was cancelled meanwhile is not there any more; the list says so.
      const isGone = error instanceof ApiError && error.code === 'not_found' && job.sending.uploadId !== null;
      if (isGone) return this.dismiss(sending.key);
      this.#change(job, { error: error instanceof Error ? error.message : 'It could not be sent.' });
    }
  }
}

/** The app's one uploader. */
export const uploader = new Uploader();
