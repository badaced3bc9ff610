/** bench/RESULTS.md, rendered from the figures that were kept. */
import { asMarkdown } from './table.mjs';

const OPENING = `# Results

Figures of the built program over stdio (load: over HTTP). Machines differ and are noisy: what was measured in one run can be compared,
the rest only roughly. How each is measured stands in [README.md](README.md). This page is written by
\`npm run bench -- <part> --results\`; do not edit it.
`;

/** Measurements `{name, …}` (`quality --pooled`) in the order of the parts. */
export function inOrder(all, parts) {
  const placeOf = ({ name }) => parts.indexOf(name.split(' ')[0]);
  return [...all].sort((a, b) => placeOf(a) - placeOf(b) || a.name.localeCompare(b.name));
}

export function results(all) {
  return [OPENING, ...all.map(section)].join('\n');
}

function section({ name, measured, machine, tables }) {
  const { cpu, cores, memoryGB, system, node, load } = machine;
  const busy = load === undefined ? '' : `, load average ${load.toFixed(1)}`;
  return `## ${name}

${measured.slice(0, 10)}, ${cores} cores of ${cpu}, ${memoryGB} GB, ${system}, Node ${node.slice(1)}${busy}

${tables.map(asMarkdown).join('\n\n')}
`;
}
