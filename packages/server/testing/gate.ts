/** What one waits for until another opens it. */
export class Gate {
  open = (): void => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
