/** Prints rows under the names of their fields; numbers to the right. */
export function printTable(rows: Array<Record<string, unknown>>): void {
  const names = Object.keys(rows[0] ?? {});
  const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => text(row[name]).length)));
  const line = (values: unknown[]) =>
    values.map((value, i) => (typeof value === 'number' ? text(value).padStart(widths[i] ?? 0) : text(value).padEnd(widths[i] ?? 0))).join('  ').trimEnd();
  for (const values of [names, widths.map((width) => '-'.repeat(width)), ...rows.map((row) => names.map((name) => row[name]))]) {
    if (rows.length > 0) console.log(line(values));
  }
}
