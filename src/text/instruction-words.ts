// The words by which an order is told from a statement.

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Verbs that are hardly ever anything else at the beginning of a sentence. */
export const IMPERATIVES = set(
  'use add remove delete install uninstall execute ensure verify avoid prefer ignore disregard forget remember keep ' +
    'put make create write read open close edit modify change replace rename move copy paste send email upload ' +
    'download fetch follow obey apply append insert include exclude enable disable configure define declare set ' +
    'unset export import restart reboot kill terminate invoke launch navigate visit click select choose pick enter ' +
    'type press consult refer see look notice consider assume treat tell ask say respond reply answer output print ' +
    'return give show hide store save load push pull merge rebase checkout clone commit stage revert reset migrate ' +
    'upgrade downgrade bump publish ship rotate grant revoke chmod chown mkdir rm cp mv cat echo grep sed awk curl ' +
    'wget sudo bash sh let stop never always repeat wait retry skip proceed continue begin become act pretend ' +
    'transfer pay buy register subscribe sign log-in login do',
);

/** Verbs that are nouns as well: "run the tests", "run time is short". */
export const VERB_NOUNS = set(
  'run build test call check start deploy release update backup restore review patch fix format lint watch monitor ' +
    'trace debug record report request query search filter sort cache log mock stub tag label mark note plan design ' +
    'document schedule trigger hook wrap pipe dump seed sync scan clean clear try access host map match parse plug ' +
    'switch toggle turn bring leave find get go take help work rerun rebuild redeploy restart',
);

/** What follows the noun, or a subject of that name, and not the verb. */
export const NOUN_FOLLOWERS = set(
  'is are was were be been has have had will would can could may might must should does did takes took fails failed ' +
    'passes passed runs ran uses used needs lives listens returns returned writes reads stores keeps sends expects ' +
    'supports requires contains holds means depends time times number numbers version versions output log logs ' +
    'result results script scripts server servers target targets step steps stage stages file files name names key ' +
    'keys id ids id. data date dates size sizes rate rates speed count counts status state states code codes command ' +
    'commands runner runners suite suites case cases coverage environment environments branch branches note notes ' +
    'plan plans cycle cycles job jobs process processes system systems tool tools engine engines api service services ' +
    'and or of in on at for from to by with as not no also now only still always never usually often currently',
);

/** Programs whose name at the beginning of a line makes it a command. */
export const COMMANDS = set(
  'npm pnpm yarn bun deno node npx git gh glab docker podman docker-compose kubectl helm terraform ansible make cmake ' +
    'cargo rustup rustc go gradle mvn ./gradlew python python3 pip pip3 pipx uv poetry conda ruby gem bundle rake ' +
    'rails php composer dotnet java javac swift xcodebuild adb brew apt apt-get yum dnf pacman apk snap systemctl ' +
    'service journalctl launchctl crontab ssh scp rsync curl wget nc ncat openssl gpg chmod chown rm cp mv mkdir ln cat ' +
    'tail head grep rg sed awk find xargs tar unzip zip psql mysql sqlite3 redis-cli mongosh aws gcloud az vercel ' +
    'netlify heroku fly wrangler eslint prettier biome tsc vitest jest pytest ruff mypy tox just task bazel nix sudo ' +
    'export source eval bash sh zsh powershell pwsh cmd codex claude opencode midturn',
);
