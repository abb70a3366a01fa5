/** What an extraction finds in a text such as `Invoice INV-17 from ACME, Total 12.50 EUR`. */
export function valuesIn(text: string, pageCount: number): Record<string, unknown> {
  const find = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  const total = find(/total\D{0,3}(\d+(?:\.\d+)?)/i);
  return {
    invoiceNumber: find(/\b(INV[-_ ]?[\w-]*\d+)/i),
    total: total === null ? null : Number(total),
    currency: find(/\b(EUR|USD|GBP|CHF)\b/),
    vendor: find(/from ([A-Z][\w& ]*?)(?=,|\.|\n|$| total)/i),
    characters: text.length,
    pageCount,
  };
}
