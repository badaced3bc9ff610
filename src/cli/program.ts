/** The command line as a whole: what commands there are, and what holds for all of them. */
import type { Command as Base } from 'commander';
import { Command } from './command.ts';
import { compileCommands } from './compile.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { forgetCommand } from './forget.ts';
import { historyCommand } from './history.ts';
import { hookCommands } from './hooks.ts';
import { importCommand } from './import.ts';
import type { Act, Handler } from './invocation.ts';
import type { Io } from './io.ts';
import { mcpCommand } from './mcp.ts';
import { memoriesCommand } from './memories.ts';
import { migrateCommand } from './migrate.ts';
import { pauseCommand } from './pause.ts';
import { projectCommand } from './project.ts';
import { recallCommand } from './recall.ts';
import { recallTriggerCommand } from './recall-trigger.ts';
import { rememberCommand } from './remember.ts';
import { resumeCommand } from './resume.ts';
import { reviewCommand } from './review.ts';
import { schedulerCommand } from './scheduler.ts';
import { serveCommand } from './serve.ts';
import { setupCommand } from './setup.ts';
import { skillsCommand } from './skills.ts';
import { statusCommand } from './status.ts';
import { suggestCommand } from './suggest.ts';
import { tokenCommand } from './token.ts';
import { undoCommand } from './undo.ts';
import { uninstallCommand } from './uninstall.ts';
import { usageCommand } from './usage.ts';
import { workerCommand } from './worker.ts';

const MAX_HELP_COLUMNS = 100;

/** @param invoke runs the handler of the command that was asked for */
export function buildProgram(io: Io, invoke: (command: Command, handler: Handler) => Promise<void>): Command {
  const act: Act =
    (handler) =>
    async (...args) => {
      // Commander hands the command itself over behind words and options.
      const command = args.at(-1);
      if (command instanceof Command) await invoke(command, handler);
    };
  const width = (): number => Math.min(io.columns.stdout, MAX_HELP_COLUMNS);
  const program = new Command('midturn');
  program
    .description('A memory that coding agents can call in the middle of a turn.')
    .version(__MIDTURN_VERSION__, '--version', 'print the version')
    .option('--home <dir>', 'where midturn keeps its data (default: $MIDTURN_HOME, else ~/.midturn)')
    .option('--json', 'print JSON, for scripts')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true, subcommandTerm })
    .configureOutput({
      writeOut: io.out,
      // Help for a command line without a command is what was wanted, not an error.
      writeErr: io.out,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();

  program.commandsGroup('Use:');
  recallCommand(program, act);
  historyCommand(program, act);
  rememberCommand(program, act);
  forgetCommand(program, act);
  reviewCommand(program, act);
  skillsCommand(program, act);
  undoCommand(program, act);
  suggestCommand(program, act);
  compileCommands(program, act);
  pauseCommand(program, act);
  resumeCommand(program, act);
  program.commandsGroup('Look:');
  statusCommand(program, act);
  doctorCommand(program, act);
  usageCommand(program, act);
  memoriesCommand(program, act);
  projectCommand(program, act);
  program.commandsGroup('Set up:');
  setupCommand(program, act);
  uninstallCommand(program, act);
  importCommand(program, act);
  migrateCommand(program, act);
  configCommand(program, act);
  schedulerCommand(program, act);
  program.commandsGroup('For clients and other programs:');
  mcpCommand(program, act);
  serveCommand(program, act);
  tokenCommand(program, act);
  hookCommands(program, act);
  recallTriggerCommand(program, act);
  workerCommand(program, act);
  program.commandsGroup('Look:');
  program.helpCommand('help [command]', 'show the help of a command');

  return program.examples(
    'midturn setup                           wire the agents on this machine, import their sessions',
    'midturn recall how do we run the tests  what is remembered of it',
    'midturn history "ECONNREFUSED 5432"     where that stood in earlier sessions',
    'midturn remember "We deploy on Tuesdays" --scope project',
  );
}

/** `recall <query...>`: that there are options is no news. */
function subcommandTerm(command: Base): string {
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...args].join(' ');
}
