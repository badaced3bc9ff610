/** Tables, for a terminal and for Markdown: `{title, head: [name …], rows: [[cell …] …], note?}`. */

export const ms = (value) => `${value.toFixed(1)} ms`;
export const percent = (value) => (value === null || Number.isNaN(value) ? '–' : (100 * value).toFixed(1));
export const pair = (a, b) => `${a.toFixed(1)} / ${b.toFixed(1)}`;
export const thousands = (value) => Math.round(value).toLocaleString('en-US');

export function asText({ title, head, rows, note }) {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  const line = (row) =>
    `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('   ')}`.trimEnd();
  return [
    '',
    title,
    line(all[0]),
    `  ${widths.map((width) => '-'.repeat(width)).join('   ')}`,
    ...all.slice(1).map(line),
    ...(note === undefined ? [] : [`  ${note}`]),
  ].join('\n');
}

export function asMarkdown({ title, head, rows, note }) {
  const line = (row) => `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `**${title}**`,
    '',
    line(head),
    `|${head.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map(line),
    ...(note === undefined ? [] : ['', note]),
  ].join('\n');
}

/** A table of what and how much. */
export const plain = (title, rows, note) => ({
  title,
  head: ['what', 'figure'],
  rows,
  ...(note === undefined ? {} : { note }),
});
