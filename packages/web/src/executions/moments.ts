function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A moment as a field for date and time has it, in the reader's own zone; empty for none. */
export function toLocalInput(moment: number | null): string {
  if (moment === null) return '';
  const at = new Date(moment);
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What such a field says, in milliseconds since the epoch; null where it is empty or half typed. */
export function fromLocalInput(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
