import { describe, expect, it } from 'vitest';
import { agent, contentsOf, person } from './support.ts';

const none = (text: string) => expect(contentsOf(person(text))).toEqual([]);

describe('words of others, and words for something else', () => {
  it.each([
    'what do they want from us?\n\nI got this mail today, can you answer?\n\nHi team,\nnever send the invoices by post again.\nBest regards,\nMartha',
    'Legal sent me this, I need it in plain words:\n\nData is always encrypted at rest. Never disclose it to third parties.',
    "Here's the spec for the importer.\n\n1. We use the user's timezone, not the server's.\n2. Never import a row twice.",
    'what changed in their guide?\n\n## Pull requests\nAlways rebase on main before you open one. We use tabs, not spaces.',
  ])('are left out of what was pasted: %j', none);

  it.each([
    'change the onboarding text to: Welcome! From now on we remind you. Never miss a workout again!',
    'write the commit. subject: use argon2 instead of bcrypt. body: never use bcrypt again',
    'Make a slide with our values: We ship small. We never blame. We always test first.',
    'prompt for the image model: always center the subject, never add text',
    'Write a README for the package. Mention that we never store card data and always use TLS.',
  ])('are left out of what is to be written: %j', none);

  it.each([
    'Build the reset page. Users must never see whether an address exists, and we never send the password itself.',
    'Our policy for refunds is 30 days, never longer. Put that on the pricing page.',
    'El usuario nunca debe poder borrar su cuenta. Impleméntalo en la página de perfil.',
    'エラーメッセージは必ず赤で表示してください。フォームの実装をお願いします。',
  ])('are left out of what a product must do: %j', none);

  it.each([
    'sorry for the late answer, we went with the train because the car broke down',
    'ok I decided to take a break because my eyes hurt',
    "We'll use the fallback image because the CDN is down, restart the container please",
    'I picked this ticket over the other because it looked easy',
    'I use vim here to show you the control characters',
    'Tests must always pass before merge, says the branch protection.',
    'We use Redux in the admin app, not in the shop. Does the shared package pull it in anyway?',
    'Dates are stored in UTC in the db, not in local time, and the report shows them wrong.',
    "don't create any in this repo",
  ])('no rule for the project is in %j', none);
});

describe('what makes an order last', () => {
  it.each([
    ['Ask before you delete a file. Every time.', 'Ask before you delete a file.'],
    [
      "Don't write comments that repeat the code. I've said that before.",
      "Don't write comments that repeat the code.",
    ],
    [
      'can you stop adding summaries at the end of every answer? just stop doing that',
      'Stop adding summaries at the end of every answer',
    ],
    [
      'If you need the fixtures, they are made by scripts/make.ts; please never edit them by hand',
      'If you need the fixtures, they are made by scripts/make.ts; please never edit them by hand',
    ],
    ['no new dependencies without asking me', 'No new dependencies without asking me'],
    ['Keep your answers short.', 'Keep your answers short.'],
    ['Migrations in this repo are written by hand', 'Migrations in this repo are written by hand'],
    ['money is stored in cents, never in floats', 'Money is stored in cents, never in floats'],
    ['pls use bun for scripts in this project', 'Use bun for scripts in this project'],
    ['The word for customers in this code is tenant', 'The word for customers in this code is tenant'],
    ['We no longer use Jenkins', 'We no longer use Jenkins'],
    ['Bei uns wird nie direkt auf main gepusht', 'Bei uns wird nie direkt auf main gepusht'],
    ["d'ora in poi scrivi sempre i commit in inglese", 'Scrivi sempre i commit in inglese'],
    ['Qui usiamo Bun, non Node.', 'Qui usiamo Bun, non Node.'],
  ])('is seen in %j', (said, content) => {
    expect(contentsOf(person(said))).toEqual([content]);
  });

  it('is a sentence that announces rules, for those behind it', () => {
    expect(
      contentsOf(
        person(
          'Some ground rules. Flags are read through useFlag. Run single specs only. Now start with the modal.',
        ),
      ),
    ).toEqual(['Flags are read through useFlag.', 'Run single specs only.']);
  });

  it('is not what the agent said', () => {
    expect(contentsOf(agent('We use Stripe here, not Adyen.'), person('ok, go on'))).toEqual([]);
  });
});

describe('a decision about the project', () => {
  it.each([
    "We'll use UUIDv7 for the ids rather than auto increment, because they are merged later.",
    'I chose Fastify over Express: schema validation is built in.',
    "we're keeping REST and dropping GraphQL, since nobody used it",
    'We settled on Elasticsearch for the hotel search because the old index was too large.',
    'Abbiamo scelto Postgres invece di MySQL perché ci servono le query ricorsive.',
  ])('is kept: %j', (said) => {
    expect(contentsOf(person(said))).toHaveLength(1);
  });
});
