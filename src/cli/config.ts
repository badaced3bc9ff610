/** `midturn config`: what is configured, by whom, and whether it can be used. */
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, oneLine } from './layout.ts';

export function configCommand(program: Command, act: Act): void {
  const group = program
    .command('config')
    .summary('show, begin and check the configuration')
    .description('Shows, begins and checks the configuration: config.toml in the home, and the environment.')
    .helpCommand('help [command]', 'show the help of a command');
  group
    .command('show', { isDefault: true })
    .summary('show every field with its value and who said it')
    .description('Shows every field with its value and who said it: default, file, env or flag.')
    .option('--raw', 'print the file as it is; secrets in it are cut out')
    .examples('midturn config show', 'midturn config show --json')
    .action(act(show));
  group
    .command('init')
    .summary('write a config.toml with all defaults')
    .description('Writes a config.toml in which every key stands with its default, commented out.')
    .option('--force', 'also where there is one, which is kept under another name')
    .action(act(init));
  group
    .command('validate')
    .summary('check the configuration')
    .description('Checks the configuration. Exit code 0: clean, 1: warnings, 2: it cannot be used.')
    .action(act(validate));
  group
    .command('path')
    .summary('print where config.toml lies')
    .description('Prints where config.toml lies.')
    .action(act(path));
  group
    .command('use')
    .summary('choose the profile that reviews')
    .description('Writes the profile that reviews sessions into config.toml, and leaves all else as it is.')
    .argument('<profile>', 'a table [profiles.NAME], or a name that `midturn config profiles` lists')
    .examples('midturn config use rules', 'midturn config use mini')
    .action(act(use));
  group
    .command('profiles')
    .summary('list the profiles that can review')
    .description('Lists the profiles that can review sessions, and whether the key of each is set.')
    .action(act(profiles));
}

async function show(invocation: Invocation): Promise<number> {
  const desk = await invocation.app.configDesk();
  if (invocation.flags.has('raw')) {
    const raw = await desk.raw();
    if (invocation.json) invocation.printJson({ path: invocation.app.layout.config, text: raw });
    else if (raw === null) invocation.print(`There is no ${invocation.app.layout.config}.`);
    else invocation.io.out(raw.endsWith('\n') ? raw : `${raw}\n`);
    return 0;
  }
  const shown = await desk.show();
  if (invocation.json) {
    invocation.printJson(shown);
    return 0;
  }
  invocation.print(
    `${shown.path}${shown.exists ? '' : ' (not there: `midturn config init` begins one)'}`,
    '',
  );
  const rows = shown.fields.map(({ key, value, source, from }) => [
    key,
    value === null ? '-' : oneLine(JSON.stringify(value), 60),
    source === 'default' ? source : source === 'file' ? 'file' : `${source} ${from ?? ''}`,
  ]);
  invocation.print(...columns(rows));
  if (shown.warnings.length > 0) invocation.print('', ...shown.warnings.map((words) => `! ${words}`));
  return 0;
}

async function init(invocation: Invocation): Promise<number> {
  const desk = await invocation.app.configDesk();
  const { path: written, kept } = await desk.init(invocation.flags.has('force'));
  if (invocation.json) invocation.printJson({ path: written, kept });
  else invocation.print(`Written: ${written}`, ...(kept === null ? [] : [`The one before is ${kept}`]));
  return 0;
}

const EXIT = { ok: 0, warnings: 1, failed: 2 } as const;

async function validate(invocation: Invocation): Promise<number> {
  const verdict = await (await invocation.app.configDesk()).validate();
  const { errors, warnings } = verdict;
  if (invocation.json) {
    invocation.printJson(verdict);
  } else {
    const words = {
      ok: 'The configuration is in order.',
      warnings: 'The configuration can be used, but:',
      failed: 'The configuration cannot be used:',
    };
    invocation.print(words[verdict.verdict], ...[...errors, ...warnings].map((each) => `  ${each}`));
  }
  return EXIT[verdict.verdict];
}

async function path(invocation: Invocation): Promise<number> {
  if (invocation.json) invocation.printJson({ path: invocation.app.layout.config });
  else invocation.print(invocation.app.layout.config);
  return 0;
}

async function use(invocation: Invocation): Promise<number> {
  const name = invocation.word('the profile');
  const { changed, over, model, own_model } = await (await invocation.app.configDesk()).use(name);
  if (invocation.json) {
    invocation.printJson({ profile: name, changed, over, model, own_model });
    return 0;
  }
  invocation.print(changed ? `${name} reviews from now on.` : `${name} is the one that reviews already.`);
  if (own_model)
    invocation.print(
      `It runs with the model that ${name} is set up with, which may be a dear one: ${tableWords(name)} chooses another.`,
    );
  else if (model !== null)
    invocation.print(`It runs with the model ${oneLine(model, 60)}: ${tableWords(name)} chooses another.`);
  if (over !== null) invocation.print(`But ${over} says otherwise: take it out for this to hold.`);
  return 0;
}

async function profiles(invocation: Invocation): Promise<number> {
  const listed = await (await invocation.app.configDesk()).profiles();
  if (invocation.json) {
    invocation.printJson({ profiles: listed, next_cursor: null });
    return 0;
  }
  const rows = listed.map(({ name, provider, model, own_model, active, written, key }) => [
    active ? '*' : ' ',
    name,
    provider,
    model ?? (own_model ? 'its own' : '-'),
    keyWords(key),
    written ? '' : 'built in',
  ]);
  invocation.print(...columns(rows, ''), '', '* reviews; `midturn config use NAME` changes that');
  const [own] = listed.filter(({ own_model }) => own_model);
  if (own !== undefined)
    invocation.print(
      `its own: the model that the program is set up with, which may be a dear one; ${tableWords(own.name)} chooses another`,
    );
  return 0;
}

function tableWords(name: string): string {
  return `model = "…" under [profiles.${name}] in config.toml`;
}

function keyWords(key: { readonly name: string; readonly source: string | null } | null): string {
  if (key === null) return 'no key';
  return `${key.name} ${key.source === null ? 'not set' : `set (${key.source === 'env' ? 'environment' : '.env'})`}`;
}
