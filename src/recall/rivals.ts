/** Names of which one excludes the others: what is said of staging is no answer to a question about production. */
import { analyse } from '../text/terms.ts';

const CLASSES = `
production prod | staging stage | development dev local
windows | macos macOS mac osx | linux | ios iOS iphone | android | web browser
free | pro paid | enterprise
frontend client | backend server
unit | integration | e2e end-to-end
import | export
inbound | outbound
read | write
input | output
major | minor
public | private
primary | secondary replica
dark | light
mobile | desktop
rest | graphql | grpc
hourly | daily | weekly | monthly
english | german | french | spanish | italian | portuguese | dutch | polish | russian | chinese | japanese | korean | arabic
`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((names) => new Set(names.trim().split(' ').flatMap(firstTerm))));

function firstTerm(word: string): string[] {
  return analyse(word).slice(0, 1);
}

/** True where a text names only others of a class that the question names one of. */
export function rivalsOf(asked: readonly string[]): (held: ReadonlySet<string>) => boolean {
  const wanted = CLASSES.flatMap((names) => {
    const named = names.filter((one) => asked.some((term) => one.has(term)));
    return named.length === 0 ? [] : [{ named, others: names.filter((one) => !named.includes(one)) }];
  });
  return (held) => {
    const holds = (one: ReadonlySet<string>) => [...one].some((term) => held.has(term));
    return wanted.some(({ named, others }) => others.some(holds) && !named.some(holds));
  };
}
