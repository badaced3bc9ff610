/** A person in front of a client that shows forms. */
export type Elicited = { readonly message: string; readonly choices: readonly string[] };
type Reply = {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, string>;
};
/** What the person does with a form; a client without it does not declare the capability. */
export type Person = (form: Elicited) => Promise<Reply> | Reply;

export function picks(wanted: string): Person {
  return ({ choices }) => {
    const choice = choices.find((each) => each === wanted || each.startsWith(wanted)) ?? wanted;
    return { action: 'accept', content: { choice } };
  };
}

export function formOf(params: object): Elicited {
  const choice = find(find(find(params, 'requestedSchema'), 'properties'), 'choice');
  const choices = find(choice, 'enum');
  return {
    message: String(find(params, 'message')),
    choices: Array.isArray(choices) ? choices.map(String) : [],
  };
}

function find(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
