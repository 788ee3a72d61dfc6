/** What servers say to each other. `id` is a workflow that has events up to `seq`, or an execution to be cancelled. */
export interface LiveMessage {
  readonly type: 'events' | 'cancel';
  readonly workspaceId: string;
  readonly id: string;
  /** 0 where it means nothing. */
  readonly seq: number;
}

/** A notification takes less than 8000 bytes. */
const MAX_PAYLOAD = 7900;

const CODES = { events: 'e', cancel: 'c' } as const;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const MESSAGE = new RegExp(`^([ec]):(${UUID}):(${UUID}):(\\d{1,16})$`);

/** Messages as payloads of notifications, each with who says it. */
export function writeMessages(sender: string, messages: readonly LiveMessage[]): string[] {
  const payloads: string[] = [];
  let payload = sender;
  for (const { type, workspaceId, id, seq } of messages) {
    const word = ` ${CODES[type]}:${workspaceId}:${id}:${seq}`;
    if (payload.length + word.length > MAX_PAYLOAD) {
      payloads.push(payload);
      payload = sender;
    }
    payload += word;
  }
  if (messages.length > 0) payloads.push(payload);
  return payloads;
}

/** What a payload of another server says; whoever may connect can notify, so what is not well formed is passed over. */
export function readMessages(self: string, payload: string): LiveMessage[] {
  const [sender, ...words] = payload.split(' ');
  if (sender === self) return [];
  return words.flatMap((word): LiveMessage[] => {
    const [, code, workspaceId, id, seq] = MESSAGE.exec(word) ?? [];
    if (workspaceId === undefined || id === undefined) return [];
    return [{ type: code === 'c' ? 'cancel' : 'events', workspaceId, id, seq: Number(seq) }];
  });
}
