// What one language says its standing orders with. Each list holds sources of regular expressions, without anchors
// at word boundaries: those are added where the language writes blanks. No list may nest repeats.

export type Language = {
  readonly code: string;
  /** Words stand between blanks. */
  readonly spaced: boolean;
  /** What may stand before an order or a statement and says nothing: "please", "ok", "by the way". */
  readonly lead: readonly string[];
  /** "From now on", "in future". */
  readonly lasting: readonly string[];
  /** "Before every commit", "each time you": an order with one of these holds for good. */
  readonly recurring: readonly string[];
  /** At the start of a clause: an order that is meant to last by its own words ("never push …"). */
  readonly standing: readonly string[];
  /** Anywhere in a sentence: the same, in languages whose verb comes last. */
  readonly standingAnywhere: readonly string[];
  /** At the start of a clause: any order. It lasts only with `lasting` or `recurring`. */
  readonly order: readonly string[];
  /** At the start of a sentence: "remember that", "keep in mind:". What follows is to be kept. */
  readonly remember: readonly string[];
  /** A whole clause or sentence: "remember that", said of what stands before it. */
  readonly rememberIt: readonly string[];
  /** A whole sentence or the rest of one: "every time.", "that goes for all tests": the order before it is to last. */
  readonly generalizes: readonly string[];
  /** At the start of a clause: "we use", "this repo uses". Lasts with a contrast or a place. */
  readonly weUse: readonly string[];
  /** "…, not X", "instead of X", "only". */
  readonly contrast: readonly string[];
  /** "In this repo", "everywhere". */
  readonly place: readonly string[];
  /** At the start of a clause: "I prefer", "my editor is", "call me": about the person. */
  readonly person: readonly string[];
  /** "Use X instead of Y": the names of two tools in it make it last. */
  readonly swap: readonly string[];
  /** At the start of a sentence: "we decided to", "we went with". */
  readonly decided: readonly string[];
  /** "Because", "since". */
  readonly reason: readonly string[];
  /** At the start of a message or sentence: "no,", "that's wrong:", "I told you". */
  readonly corrects: readonly string[];
  /** Of these, what says that it was said before: what follows is meant to last. */
  readonly saidBefore: readonly string[];
  /** Where something lives, in the present: "lives in", "is read from". */
  readonly located: readonly string[];
  /** At the start of a sentence: a question in form, an order in fact ("could you please"). */
  readonly request: readonly string[];
  /** What begins a question, also without its mark. */
  readonly question: readonly string[];
  /** "If we", "would", "maybe". */
  readonly hypothetical: readonly string[];
  /** "The docs say", "according to". */
  readonly reported: readonly string[];
  /** "For now", "today", "in this PR", "this file". */
  readonly passing: readonly string[];
  /** "You don't have to remember", "forget that". */
  readonly negated: readonly string[];
  /** "I always forget", "it never works": told, not ordered. */
  readonly told: readonly string[];
  /** "The second option", "yours": a choice of the moment. */
  readonly choice: readonly string[];
  readonly sarcasm: readonly string[];
  /** The person themselves, or how they are to be answered: of the user, not of the project. */
  readonly aboutPerson: readonly string[];
  /** The project: tools, repository, conventions. */
  readonly aboutProject: readonly string[];
  /** A line that announces somebody else's text: "here's the README:", "he wrote:". */
  readonly introduces: readonly string[];
  /** A line that announces the person's own rules: "some rules for this repo:". */
  readonly announces: readonly string[];
  /** A short yes to what the agent proposed. */
  readonly agrees: readonly string[];
};

/** The lists that a language does not fill. */
export const NO_PHRASES = {
  lead: [],
  lasting: [],
  recurring: [],
  standing: [],
  standingAnywhere: [],
  order: [],
  remember: [],
  rememberIt: [],
  generalizes: [],
  weUse: [],
  contrast: [],
  place: [],
  person: [],
  swap: [],
  decided: [],
  reason: [],
  corrects: [],
  saidBefore: [],
  located: [],
  request: [],
  question: [],
  hypothetical: [],
  reported: [],
  passing: [],
  negated: [],
  told: [],
  choice: [],
  sarcasm: [],
  aboutPerson: [],
  aboutProject: [],
  introduces: [],
  announces: [],
  agrees: [],
} satisfies Omit<Language, 'code' | 'spaced'>;
