/**
 * What an extraction finds in a text such as `Invoice INV-17 from ACME, Total 12.50 EUR`, or in the text of an invoice
 * with lines such as `Invoice number SO/26/1187` and `Total 12,345.60 EUR`.
 */
export function valuesIn(text: string, pageCount: number): Record<string, unknown> {
  const find = (...patterns: RegExp[]): string | null => patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? null;
  // A subtotal is no total.
  const total = find(/(?<![a-z])total\D{0,3}(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)/i);
  return {
    invoiceNumber: find(/\binvoice number:? +(\S*\d)/i, /\b(INV[-_ ]?[\w-]*\d+)/i),
    total: total === null ? null : Number(total.replaceAll(',', '')),
    currency: find(/\b(EUR|USD|GBP|CHF)\b/),
    vendor: find(/from ([A-Z][\w& ]*?)(?=,|\.|\n|$| total)/i),
    characters: text.length,
    pageCount,
  };
}
