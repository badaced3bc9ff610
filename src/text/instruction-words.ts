// The words by which an order is told from a statement.

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Verbs that are hardly ever anything else at the beginning of a sentence. */
export const IMPERATIVES = set(
  'use add remove delete install uninstall execute ensure verify avoid prefer ignore disregard forget remember keep ' +
    'put make create write read replace rename send upload download fetch follow obey apply append insert include ' +
    'exclude enable disable configure define declare unset kill terminate invoke launch navigate visit choose enter ' +
    'consult refer see consider assume treat tell ask say respond reply answer give hide rebase checkout revert ' +
    'upgrade downgrade bump rotate grant revoke chmod chown mkdir rm cp mv grep sed awk curl wget sudo bash let ' +
    'never always repeat wait retry skip proceed continue begin become act pretend transfer pay buy subscribe do bring ' +
    'find get go take',
);

/** Verbs that are nouns as well: "run the tests", "run time is short". */
export const VERB_NOUNS = set(
  'run build test call check start deploy release update backup restore review patch fix format lint watch monitor ' +
    'trace debug record report request query search filter sort cache log mock stub tag label mark note plan design ' +
    'document schedule trigger hook wrap pipe dump seed sync scan clean clear try access host map match parse plug ' +
    'switch toggle turn leave help work rerun rebuild redeploy restart reboot open close edit modify change move copy ' +
    'paste output print return show store save load set stop type press select click pick look notice commit merge ' +
    'clone push pull reset stage publish ship register sign export import migrate email post cat echo sh login',
);

/** What the verb of an order is followed by: what it is to be done to. */
export const OBJECT_STARTS = set(
  'the a an all any each every both your my our its this that these those it them him her only no up down out off ' +
    'everything nothing something anything again twice once',
);

/** What follows the noun, and not the verb. */
export const NOUN_FOLLOWERS = set(
  'is are was were be been being have has had will would can could may might must should does did do depends time ' +
    'times number numbers version versions log logs result results script scripts server servers target targets step ' +
    'steps stage stages order orders size sizes rate rates speed count counts status state states code codes coverage ' +
    'runner runners suite suites cycle cycles job jobs process processes and or of',
);

/** A clause with one of these tells; an order has no finite verb behind its own. */
export const FINITE_VERBS =
  /(?<![\w-])(?:is|are|was|were|has|have|had|will|would|can|could|may|might|does|did|takes?|took|fails|passes|runs|ran|uses|used|needs|lives|listens|returns|writes|reads|stores|keeps|sends|expects|supports|requires|contains|holds|means|depends|shows|happens|lasts|costs|begins|ends)(?![\w-])/i;

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
