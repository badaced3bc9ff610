/** bench/RESULTS.md, rendered from the figures that were kept. */
import { asMarkdown } from './table.mjs';

const OPENING = `# Results

Figures of the built program over stdio. Machines differ and are noisy: what was measured in one run can be compared,
the rest only roughly. How each is measured stands in [README.md](README.md). This page is written by
\`npm run bench -- <part> --results\`; do not edit it.
`;

/** `all` = measurements by name (`quality --pooled`), `order` = the parts in order. */
export function results(all, order) {
  const names = Object.keys(all).sort((a, b) => placeOf(a, order) - placeOf(b, order) || a.localeCompare(b));
  return `${[OPENING, ...names.map((name) => section(name, all[name]))].join('\n')}`;
}

const placeOf = (name, order) => order.indexOf(name.split(' ')[0]);

function section(name, { measured, machine, tables }) {
  const { cpu, cores, memoryGB, system, node } = machine;
  return `## ${name}

${measured.slice(0, 10)}, ${cores} cores of ${cpu}, ${memoryGB} GB, ${system}, Node ${node.slice(1)}

${tables.map(asMarkdown).join('\n\n')}
`;
}
