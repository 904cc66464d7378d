/** A contact card (vCard) as one line: the name, and the numbers after a colon; empty when it has neither. */
export function cardLine(card: string): string {
  // A line that begins with a space goes on from the one above.
  const fields = card.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const values = (name: string): string[] =>
    fields.flatMap((field) => {
      const value = new RegExp(`^(?:item\\d+\\.)?${name}(?:;[^:]*)?:(.*)$`, 'i').exec(field)?.[1]?.trim() ?? '';
      return value === '' ? [] : [plain(value)];
    });
  const [name = (values('N')[0] ?? '').split(';').filter(Boolean).toReversed().join(' ')] = values('FN');
  return [name, values('TEL').join(', ')].filter((part) => part !== '').join(': ');
}

function plain(value: string): string {
  return value.replaceAll(/\\([,;\\])/g, '$1').replaceAll(/\\n/gi, ' ');
}
