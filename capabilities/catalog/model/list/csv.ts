/**
 * One line of CSV (RFC 4180, CRLF). A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP's
 * page on CSV injection advises: names and descriptions are written by anybody, the file is opened by somebody else.
 */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
