'use strict';
/**
 * What a plugin's clients start: the program, where its native part fits this Node. Understood by a Node that is too
 * old, to say so. Hooks end well whatever is wrong: a memory that does not work stops no agent.
 */
const built = require('./built-for.json');

const here = { platform: process.platform, arch: process.arch, modules: process.versions.modules };
const fits = Object.keys(here).every((key) => here[key] === built[key]);
if (fits) {
  require('./midturn.cjs');
} else {
  process.stderr.write(
    `midturn: this plugin was built for Node ${built.node} on ${built.platform}-${built.arch}; here runs Node ${process.versions.node} on ${here.platform}-${here.arch}. Build it again with this Node: npm run plugin\n`,
  );
  process.exitCode = process.argv[2] === 'mcp' ? 1 : 0;
}
