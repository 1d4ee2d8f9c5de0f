/** How clients write JSON: as it is, in ASCII alone, and with every escape that any of them is known to make. */
export const jsonSpellings: Record<string, (value: unknown) => string> = {
  plainly: JSON.stringify,
  'in ASCII': (value) => escaped(JSON.stringify(value), /[\u0080-\uffff]/g),
  'with all escapes': (value) =>
    escaped(JSON.stringify(value), /[&'+<>`\u007f-\uffff]/g)
      .replace(/\\(.)/g, (whole, sign) => (sign === '"' ? '\\u0022' : whole))
      .replaceAll('/', '\\/'),
};

function escaped(json: string, signs: RegExp): string {
  return json.replace(signs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
