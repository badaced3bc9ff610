// Property tests try the same values in every run, so that a run says something of the code and not of its luck.
// MIDTURN_TEST_SEED=random looks for new ones, MIDTURN_TEST_SEED=<number> repeats what such a run has found.
import fc from 'fast-check';

const asked = process.env.MIDTURN_TEST_SEED ?? '20';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
