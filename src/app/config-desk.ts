/** The configuration as a person works with it: shown with its sources, begun, checked, switched to a profile. */
import { randomBytes } from 'node:crypto';
import { copyFile, stat } from 'node:fs/promises';
import { modelOf } from '../model/agent.ts';
import { ConfigError, codeOf, UserInputError } from '../model/errors.ts';
import type { ReviewProfile } from '../model/review.ts';
import { readIfExists, writeFileAtomic } from '../platform/atomic.ts';
import { makePrivate } from '../platform/permissions.ts';
import { type Configuration, reviewProfile } from '../project/configuration.ts';
import { withReviewProfile } from '../project/configuration-edit.ts';
import { readConfigFile } from '../project/configuration-file.ts';
import { apiKeyName, BARE_NAMES, neededKeyName } from '../project/configuration-profiles.ts';
import { type ConfigurationField, configurationFields } from '../project/configuration-show.ts';
import { configurationTemplate } from '../project/configuration-template.ts';
import { type HomeLayout, prepareHome } from '../project/home.ts';
import { type ProviderKeys, readKeys } from '../project/keys.ts';
import { redact } from '../text/redaction.ts';

export type ConfigDeskDeps = {
  readonly layout: HomeLayout;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads everything anew each time it is called. */
  readonly load: () => Promise<Configuration>;
};

export type ShownConfiguration = {
  readonly path: string;
  readonly exists: boolean;
  readonly fields: readonly ConfigurationField[];
  readonly warnings: readonly string[];
};

/** `ok` = clean, `warnings` = it works, `failed` = it cannot be used. */
export type Verdict = {
  readonly path: string;
  readonly verdict: 'ok' | 'warnings' | 'failed';
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
};

export type ListedProfile = {
  readonly name: string;
  readonly provider: string;
  /** As it is written, or the one that midturn asks an agent for. */
  readonly model: string | null;
  /** Which model it runs is set in the program itself: it may be a dear one. */
  readonly own_model: boolean;
  /** Has a table of its own in config.toml or the environment. */
  readonly written: boolean;
  readonly active: boolean;
  /** The name of the variable with the key, and where that is set; null for a reviewer that needs none. */
  readonly key: { readonly name: string; readonly source: 'env' | 'file' | null } | null;
};

export class ConfigDesk {
  readonly #deps: ConfigDeskDeps;

  constructor(deps: ConfigDeskDeps) {
    this.#deps = deps;
  }

  async show(): Promise<ShownConfiguration> {
    const { layout, load } = this.#deps;
    const config = await load();
    return {
      path: layout.config,
      exists: (await readIfExists(layout.config)) !== null,
      fields: configurationFields(config),
      warnings: [...config.warnings, ...(await this.#keys()).warnings],
    };
  }

  /** The file as it is, secrets cut out; null where there is none. */
  async raw(): Promise<string | null> {
    const text = await readConfigFile(this.#deps.layout.config);
    return text === null ? null : redact(text).text;
  }

  /** Writes a file of commented defaults. A file that `force` replaces is kept beside: its path is answered. */
  async init(force: boolean): Promise<{ readonly path: string; readonly kept: string | null }> {
    const { layout } = this.#deps;
    await prepareHome(layout);
    const path = layout.config;
    const there = await isFile(path);
    if (there && !force) {
      throw new UserInputError({
        what: `${path} is there already`,
        next: 'Edit it, or add --force: it is kept beside under another name',
      });
    }
    const kept = there ? `${path}.${randomBytes(4).toString('hex')}.bak` : null;
    if (kept !== null) {
      await copyFile(path, kept);
      // Somebody may have put a key in it.
      await makePrivate(kept);
    }
    await writeFileAtomic(path, configurationTemplate());
    return { path, kept };
  }

  async validate(): Promise<Verdict> {
    const { layout, load } = this.#deps;
    const errors: string[] = [];
    const warnings: string[] = [];
    try {
      const config = await load();
      warnings.push(...config.warnings);
      const keys = await this.#keys();
      warnings.push(...keys.warnings);
      const asked = [
        [neededKeyName(reviewProfile(config)), `the reviewer ${config.review.profile}`],
        [config.embeddings.api_key_env, 'the table [embeddings]'],
      ] as const;
      for (const [name, by] of asked) {
        if (name !== null && keys.get(name) === null)
          warnings.push(`${name}, which ${by} asks for, is not set`);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      errors.push(error.message);
    }
    const told = warnings.filter((words) => !errors.includes(words));
    const verdict = errors.length > 0 ? 'failed' : told.length > 0 ? 'warnings' : 'ok';
    return { path: layout.config, verdict, errors, warnings: told };
  }

  /**
   * Makes a profile the one that reviews. `over` = a variable that says otherwise for now; `model` and `own_model` as
   * of a listed profile.
   */
  async use(
    name: string,
  ): Promise<
    { readonly changed: boolean; readonly over: string | null } & Pick<ListedProfile, 'model' | 'own_model'>
  > {
    const { layout, load } = this.#deps;
    const config = await load();
    const profile = reviewProfile({ review: { profile: name }, profiles: config.profiles });
    await prepareHome(layout);
    const text = await readConfigFile(layout.config);
    const edited = withReviewProfile(text, name, layout.config);
    if (edited !== text) await writeFileAtomic(layout.config, edited);
    const now = await load();
    return {
      changed: edited !== text,
      over: now.review.profile === name ? null : (now.originOf('review.profile')?.name ?? null),
      ...modelShown(profile),
    };
  }

  /** Those with a table first, then what has a name of its own. */
  async profiles(): Promise<readonly ListedProfile[]> {
    const config = await this.#deps.load();
    const keys = await this.#keys();
    const names = [...new Set([...Object.keys(config.profiles), ...BARE_NAMES])];
    return names.map((name) => {
      const profile = reviewProfile({ review: { profile: name }, profiles: config.profiles });
      const looked = apiKeyName(profile);
      const source = looked === null ? null : keys.sourceOf(looked);
      // One that is set is sent, needed or not.
      const key = source === null ? neededKeyName(profile) : looked;
      return {
        name,
        provider: profile.provider,
        ...modelShown(profile),
        written: Object.hasOwn(config.profiles, name),
        active: config.review.profile === name,
        key: key === null ? null : { name: key, source },
      };
    });
  }

  #keys(): Promise<ProviderKeys> {
    return readKeys(this.#deps.layout, this.#deps.env);
  }
}

function modelShown({
  provider,
  command,
  model: written,
}: ReviewProfile): Pick<ListedProfile, 'model' | 'own_model'> {
  if (provider !== 'command') return { model: written, own_model: false };
  const { model, ownOf } = modelOf(command, written);
  return { model, own_model: ownOf !== null };
}

/** False where nothing stands there. @throws ConfigError for what is no file */
async function isFile(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isFile()) return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new ConfigError({ what: `${path} is no file`, next: 'Move it away, and try again' });
}
