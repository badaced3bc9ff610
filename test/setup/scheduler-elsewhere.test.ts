/** midturn scheduler on macOS and Windows, whose programs are played here. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { launchd } from '../../src/setup/scheduler/launchd.ts';
import { windows } from '../../src/setup/scheduler/windows.ts';
import { fromXml, xml } from '../../src/setup/scheduler/xml.ts';
import { elsewhere, temporaryFolder } from './scheduler-world.ts';

describe('an agent of launchd', () => {
  /** A launchctl that knows what is loaded. */
  function mac(osHome: string, env: Record<string, string> = { PATH: '/usr/bin:/bin' }, domain = 'gui/501') {
    const loaded = new Set<string>();
    const told = elsewhere('darwin', { osHome, env }, ([, verb, target = '', path = '']) => {
      if (verb === 'print' && target === domain) return {};
      if (verb === 'print') return loaded.has(target) ? { stdout: '\tlast exit code = 1\n' } : { code: 113 };
      if (verb === 'bootstrap') loaded.add(`${target}/${/([^/]+)\.plist$/.exec(path)?.[1] ?? ''}`);
      if (verb === 'bootout') return loaded.delete(target) ? {} : { code: 3 };
      return {};
    });
    return { ...told, loaded };
  }
  const agents = (osHome: string): string => join(osHome, 'Library/LaunchAgents');

  it('is a property list with everything escaped', async () => {
    const osHome = join(temporaryFolder(), `A & <B> "C"`);
    const { service } = mac(osHome);
    const { places, kind } = await service.install({ minutes: 30 });
    expect(kind).toBe('launchd');
    const home = `${osHome.replace('A & <B> "C"', 'A &amp; &lt;B&gt; &quot;C&quot;')}`;
    const text = readFileSync(join(agents(osHome), 'midturn.scan.plist'), 'utf8');
    expect(places).toEqual([{ place: join(agents(osHome), 'midturn.scan.plist'), text }]);
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by midturn: \`midturn scheduler uninstall\` takes it away. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>midturn.scan</string>
  <key>ProgramArguments</key>
  <array>
    <string>/opt/homebrew/bin/node</string>
    <string>${home}/.midturn/app/midturn.cjs</string>
    <string>scan</string>
    <string>--scheduled</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>HOME</key>
    <string>${home}</string>
    <key>MIDTURN_HOME</key>
    <string>${home}/.midturn</string>
    <key>PATH</key>
    <string>/opt/homebrew/bin:/usr/bin:/bin</string>
  </dict>
  <key>WorkingDirectory</key>
  <string>${home}/.midturn</string>
  <key>StartInterval</key>
  <integer>1800</integer>
  <key>RunAtLoad</key>
  <false/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
  <key>StandardOutPath</key>
  <string>${home}/.midturn/logs/scheduler.log</string>
  <key>StandardErrorPath</key>
  <string>${home}/.midturn/logs/scheduler.log</string>
</dict>
</plist>
`);
  });

  it('is loaded once, loaded again when it has changed, and taken away whole', async () => {
    const osHome = temporaryFolder();
    const { service, asked, loaded } = mac(osHome);
    expect((await service.install({})).changed).toBe(true);
    expect([...loaded]).toEqual(['gui/501/midturn.scan']);
    asked.splice(0);
    expect((await service.install({})).changed).toBe(false);
    expect(asked.join()).not.toMatch(/bootstrap|bootout/);
    expect((await service.install({ minutes: 60 })).changed).toBe(true);
    expect(asked.join()).toMatch(/bootout gui\/501\/midturn\.scan.*bootstrap gui\/501 /);
    expect(await service.status()).toMatchObject({
      kind: 'launchd',
      installed: true,
      active: true,
      every_minutes: 60,
      next: null,
      last: null,
    });
    expect(await service.uninstall()).toEqual([join(agents(osHome), 'midturn.scan.plist')]);
    expect([...loaded]).toEqual([]);
    expect(existsSync(agents(osHome))).toBe(false);
    expect(await service.uninstall()).toEqual([]);
  });

  it('is not active when somebody has unloaded it', async () => {
    const osHome = temporaryFolder();
    const { service, loaded } = mac(osHome);
    await service.install({});
    loaded.clear();
    expect(await service.status()).toMatchObject({ installed: true, active: false });
    await service.install({});
    expect(await service.status()).toMatchObject({ installed: true, active: true });
  });

  it('works over ssh, where nobody sits at the screen', async () => {
    const { service, loaded } = mac(temporaryFolder(), {}, 'user/501');
    await service.install({});
    expect([...loaded]).toEqual(['user/501/midturn.scan']);
  });

  it('waits for the old one to be gone before the new one is loaded', async () => {
    const waits: number[] = [];
    let left = 2;
    const { world } = elsewhere('darwin', { osHome: temporaryFolder() }, ([, verb]) => {
      if (verb !== 'bootstrap' || left === 0) return {};
      left -= 1;
      return { code: 5, stderr: 'Bootstrap failed: 5: Input/output error' };
    });
    const job = {
      name: 'midturn',
      argv: ['/n', 'scan'],
      env: {},
      cwd: '/',
      minutes: 15,
      output: '/o',
    } as const;
    await launchd(world, async (ms) => {
      waits.push(ms);
    }).install(job);
    expect(waits).toEqual([50, 200]);
  });

  it('leaves a list of that name alone that midturn did not write', async () => {
    const osHome = temporaryFolder();
    const { service } = mac(osHome);
    mkdirSync(agents(osHome), { recursive: true });
    writeFileSync(join(agents(osHome), 'midturn.scan.plist'), '<plist/>');
    await expect(service.install({})).rejects.toThrow(/midturn did not write it/);
    await service.uninstall();
    expect(readdirSync(agents(osHome))).toEqual(['midturn.scan.plist']);
  });
});

/** A command line taken apart as CommandLineToArgvW documents it. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let [word, inside, begun, slashes] = ['', false, false, 0];
  for (const character of `${line} `) {
    if (character === '\\') {
      slashes += 1;
      begun = true;
      continue;
    }
    if (character === '"') {
      word += '\\'.repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1) word += '"';
      else inside = !inside;
      begun = true;
    } else {
      word += '\\'.repeat(slashes);
      if (character === ' ' && !inside) {
        if (begun) words.push(word);
        [word, begun] = ['', false];
      } else {
        word += character;
        begun = true;
      }
    }
    slashes = 0;
  }
  return words;
}

describe('a task of Windows', () => {
  const env = { SystemRoot: 'C:\\Windows', USERDOMAIN: 'BOX', USERNAME: 'Ann & Bob' };

  /** schtasks with one task list, and PowerShell for its times. */
  function box(userFolder = 'C:\\Users\\Ann & Bob') {
    const tasks = new Map<string, string>();
    const written: Buffer[] = [];
    const told = elsewhere(
      'win32',
      { osHome: userFolder, env },
      ([program = '', verb, , name = '', , file = '']) => {
        if (program.endsWith('powershell.exe'))
          return { stdout: '2026-11-21T15:00:07.0000000Z\r\n2026-11-21T15:15:00.0000000Z\r\n0\r\n' };
        if (verb === '/Query') {
          const text = tasks.get(name);
          return text === undefined ? { code: 1, stderr: 'ERROR: cannot find the file' } : { stdout: text };
        }
        if (verb === '/Create') {
          const bytes = readFileSync(file);
          written.push(bytes);
          tasks.set(name, bytes.toString('utf16le').slice(1));
        }
        if (verb === '/Delete') tasks.delete(name);
        return {};
      },
    );
    return { ...told, tasks, written };
  }

  it('is an XML task of this user, without a password and without a window', async () => {
    const { world } = box();
    const places = windows(world).places({
      name: 'midturn',
      argv: [
        'C:\\Program Files\\nodejs\\node.exe',
        'C:\\Users\\Ann & Bob\\.midturn\\app\\midturn.cjs',
        'scan',
        '--scheduled',
      ],
      env: {},
      cwd: 'C:\\Users\\Ann & Bob\\.midturn',
      minutes: 15,
      output: '',
    });
    expect(places[0]?.place).toBe('task \\midturn');
    expect(places[0]?.text.split('\r\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-16"?>',
      '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
      '  <RegistrationInfo>',
      '    <Description>Written by midturn: `midturn scheduler uninstall` takes it away.</Description>',
      '    <URI>\\midturn</URI>',
      '  </RegistrationInfo>',
      '  <Triggers>',
      '    <TimeTrigger>',
      '      <Repetition>',
      '        <Interval>PT15M</Interval>',
      '        <StopAtDurationEnd>false</StopAtDurationEnd>',
      '      </Repetition>',
      '      <StartBoundary>2026-01-01T00:00:00</StartBoundary>',
      '      <Enabled>true</Enabled>',
      '    </TimeTrigger>',
      '  </Triggers>',
      '  <Principals>',
      '    <Principal id="Author">',
      '      <UserId>BOX\\Ann &amp; Bob</UserId>',
      '      <LogonType>InteractiveToken</LogonType>',
      '      <RunLevel>LeastPrivilege</RunLevel>',
      '    </Principal>',
      '  </Principals>',
      '  <Settings>',
      '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
      '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
      '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
      '    <StartWhenAvailable>true</StartWhenAvailable>',
      '    <Hidden>true</Hidden>',
      '    <ExecutionTimeLimit>PT30M</ExecutionTimeLimit>',
      '    <Priority>8</Priority>',
      '  </Settings>',
      '  <Actions Context="Author">',
      '    <Exec>',
      '      <Command>C:\\Windows\\System32\\conhost.exe</Command>',
      '      <Arguments>--headless &quot;C:\\Program Files\\nodejs\\node.exe&quot; &quot;C:\\Users\\Ann &amp; Bob\\.midturn\\app\\midturn.cjs&quot; scan --scheduled</Arguments>',
      '      <WorkingDirectory>C:\\Users\\Ann &amp; Bob\\.midturn</WorkingDirectory>',
      '    </Exec>',
      '  </Actions>',
      '</Task>',
      '',
    ]);
  });

  it('hands every word over as it is, by the rules of the C runtime', () => {
    const { world } = box();
    const word = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '&', 'é'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, (first, second) => {
        const [place] = windows(world).places({
          name: 'midturn',
          argv: ['node', first, second],
          env: {},
          cwd: 'C:\\',
          minutes: 15,
          output: '',
        });
        const line = /<Arguments>([\s\S]*?)<\/Arguments>/.exec(place?.text ?? '')?.[1] ?? '';
        expect(wordsOf(fromXml(line))).toEqual(['--headless', 'node', first, second]);
      }),
    );
  });

  it('is handed over as UTF-16, made once, and deleted', async () => {
    // The temporary home has this system's separators: only the task itself is Windows' business here.
    const { service, asked, written, tasks } = box(temporaryFolder());
    const { changed, kind } = await service.install({ minutes: 120 });
    expect({ changed, kind }).toEqual({ changed: true, kind: 'windows' });
    expect(written[0]?.subarray(0, 4)).toEqual(Buffer.from([0xff, 0xfe, 0x3c, 0x00]));
    expect(asked.find((line) => line.includes('/Create'))).toMatch(
      /^C:\\Windows\\System32\\schtasks\.exe \/Create \/TN \\midturn(?:-[0-9a-f]{8})? \/XML .+ \/F$/,
    );
    expect((await service.install({ minutes: 120 })).changed).toBe(false);
    expect(await service.status()).toEqual({
      kind: 'windows',
      installed: true,
      active: true,
      every_minutes: 120,
      next: Date.UTC(2026, 10, 21, 15, 15),
      last: { at: Date.UTC(2026, 10, 21, 15, 0, 7), ok: true },
      refused: null,
    });
    expect((await service.install({ minutes: 60 })).changed).toBe(true);
    expect(await service.uninstall()).toHaveLength(1);
    expect(tasks.size).toBe(0);
    expect(await service.uninstall()).toEqual([]);
  });

  it('leaves a task of that name alone that midturn did not make', async () => {
    const { service, tasks } = box(temporaryFolder());
    await service.install({});
    const [name = ''] = tasks.keys();
    tasks.set(name, '<Task><RegistrationInfo/></Task>');
    await expect(service.install({})).rejects.toThrow(/midturn did not make it/);
    expect(await service.uninstall()).toEqual([]);
    expect(tasks.size).toBe(1);
  });
});

describe('text in XML', () => {
  it('comes back as it was, control characters apart', () => {
    for (const text of [`<a & "b">`, '&amp;lt;', 'ä 日本']) expect(fromXml(xml(text))).toBe(text);
    expect(xml('a\u0000b\u001bc')).toBe('abc');
  });
});
