// Names of tools, libraries and services between which a project chooses once: "use vitest, not jest" holds for good,
// "use a map, not an array" for the line at hand.

const NAMES: ReadonlySet<string> = new Set(
  (
    'npm pnpm yarn bun deno npx bunx corepack nvm fnm volta asdf mise pip pip3 pipx uv poetry pipenv conda mamba rye hatch ' +
    'pdm cargo go gradle gradlew maven mvn ant sbt bazel buck make just task cmake meson ninja composer bundler gem rake ' +
    'jest vitest mocha jasmine ava tap cypress playwright puppeteer selenium pytest unittest nose tox nox rspec minitest ' +
    'junit testng kotest phpunit pest storybook eslint prettier biome oxlint tslint standard stylelint rome dprint ruff ' +
    'black flake8 pylint isort mypy pyright basedpyright rubocop golangci-lint gofmt rustfmt clippy ktlint detekt ' +
    'webpack vite rollup esbuild swc parcel turbopack tsup tsc babel ts-node tsx nodemon pm2 nx turbo lerna rush ' +
    'react preact vue svelte sveltekit angular solid qwik next nextjs nuxt remix astro gatsby htmx alpine jquery ember lit ' +
    'express fastify koa hono nestjs hapi flask django fastapi rails sinatra laravel symfony spring quarkus micronaut ktor ' +
    'gin echo fiber chi actix axum rocket phoenix prisma kysely drizzle typeorm sequelize knex mikro-orm mongoose ' +
    'sqlalchemy alembic peewee hibernate jooq flyway liquibase gorm sqlx diesel activerecord ' +
    'postgres postgresql mysql mariadb sqlite mongodb mongo redis valkey memcached dynamodb cassandra clickhouse duckdb ' +
    'elasticsearch opensearch meilisearch typesense kafka rabbitmq nats sqs pulsar celery sidekiq bullmq ' +
    'docker podman buildah docker-compose compose kubernetes kubectl helm kustomize terraform opentofu pulumi ansible ' +
    'vagrant packer nix github gitlab bitbucket jenkins circleci travis actions drone buildkite argo argocd vercel netlify ' +
    'fly heroku railway render aws gcp azure cloudflare wrangler lambda ecs s3 gcs minio ' +
    'git gh glab hg svn jj lefthook husky pre-commit commitlint changesets semantic-release release-please ' +
    'moment dayjs date-fns luxon lodash ramda underscore axios got ky undici fetch node-fetch superagent zod yup joi valibot ' +
    'ajv io-ts pydantic marshmallow attrs dataclasses pandas polars numpy requests httpx aiohttp urllib3 winston pino bunyan ' +
    'log4j logback slf4j serilog loguru structlog zap slog tracing redux zustand mobx jotai recoil pinia vuex xstate rxjs ' +
    'tailwind tailwindcss bootstrap bulma sass scss less styled-components emotion css-modules mui chakra radix shadcn ' +
    'graphql rest grpc trpc protobuf openapi swagger websockets sse rest-assured msw nock sinon testcontainers wiremock ' +
    'vim neovim nvim emacs vscode zed helix bash zsh fish sh powershell pwsh rg ripgrep grep fd find ag sed awk jq yq ' +
    'typescript javascript python ruby rust golang java kotlin swift scala elixir php perl lua c# csharp c++ clojure haskell ' +
    'yaml toml json json5 xml ini csv parquet markdown asciidoc restructuredtext mkdocs docusaurus sphinx ' +
    'tabs spaces semicolons esm commonjs cjs require import camelcase snake_case kebab-case pascalcase squash rebase merge ' +
    'main master trunk develop openai anthropic ollama sentry datadog grafana prometheus opentelemetry jaeger loki ' +
    'auth0 okta keycloak clerk supabase firebase appwrite stripe paddle twilio sendgrid mailgun ses postmark'
  ).split(' '),
);

/** The tools that are named in a text, in small letters. */
export function toolsIn(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z][a-z0-9_+#-]*(?:\.js)?/g) ?? [];
  return [...new Set(words.map((word) => word.replace(/\.js$/, '')).filter((word) => NAMES.has(word)))];
}
