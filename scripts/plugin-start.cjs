'use strict';
/**
 * What a plugin's clients start: the program, where its native part fits this Node. Understood by a Node that is too
 * old, to say so. Hooks end well whatever is wrong: a memory that does not work stops no agent.
 */
const built = require('./built-for.json');

const here = { platform: process.platform, arch: process.arch, modules: process.versions.modules };
const isHook = process.argv[2] !== 'mcp';
const fits = Object.keys(here).every((key) => here[key] === built[key]);
if (isHook && isWiredBySetup()) {
  // Setup's own hooks do it: a turn is reviewed once, and a session is told once.
  process.exitCode = 0;
} else if (fits) {
  require('./midturn.cjs');
} else {
  process.stderr.write(
    `midturn: this plugin was built for Node ${built.node} on ${built.platform}-${built.arch}; here runs Node ${process.versions.node} on ${here.platform}-${here.arch}. Build it again with this Node: npm run plugin\n`,
  );
  process.exitCode = process.argv[2] === 'mcp' ? 1 : 0;
}

/** True where `midturn setup` has written into the files of the client that runs this hook. */
function isWiredBySetup() {
  try {
    const { readFileSync } = require('node:fs');
    const { homedir } = require('node:os');
    const { dirname, join } = require('node:path');
    const { CODEX_HOME, CLAUDE_CONFIG_DIR, MIDTURN_HOME } = process.env;
    const client = process.argv[process.argv.indexOf('--client') + 1];
    const folder =
      client === 'codex'
        ? CODEX_HOME || join(homedir(), '.codex')
        : CLAUDE_CONFIG_DIR || join(homedir(), '.claude');
    const { files } = JSON.parse(
      readFileSync(join(MIDTURN_HOME || join(homedir(), '.midturn'), 'setup.json'), 'utf8'),
    );
    return files.some((row) => row.client === client && dirname(row.file) === folder);
  } catch {
    // No setup here, or none that can be understood.
    return false;
  }
}
