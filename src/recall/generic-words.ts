/**
 * Words of everyday English that most questions are built from. A store of a few hundred records cannot tell from its
 * own frequencies that `get` says less than `lockfile`: what is missing of these says little about a missing answer.
 */
import { analyse } from '../text/terms.ts';

const WORDS = `
  able add again ago allow allowed already also always annoying another anyone anything apply around ask avoid away back bad based become
  begin best better big bit bring call can care case cause certain chance change check choose class close come common complete concern
  consider contain continue correct could current currently day deal decide declare different directly do done early easy else end
  enough entire even ever every everyone everything exactly example exist expect fact far fast few figure fill final find fine first
  fit fix follow form found full further general get give go going good great guess handle happen hard have help here hold hour idea
  important include instead involve issue just keep kind know large last late later latter lead learn leave left less let like line
  list little live local long look lot low made main major make many matter may maybe mean meant mention might mind minor more most
  move much must name need never new newer next nice now number often old once one only open order other our out own part past people
  perhaps person pick place plan please point possible prefer present pretty probably problem proper properly provide purpose put
  question quick quickly quite rather reach ready real really reason receive recent recently recommend regard regularly relate remain
  remember reply require rest result return right rule run same say second see seem send serious set several short should show side
  simple simply since single situation small solve some someone something soon sort specific start state still stop sure switch
  take talk tell thing think though three time today together told top total touch true try turn two type understand up us use used
  user using usual usually value want watch way week well whatever while whole will within without wonder word work would write
  wrong year yes yet
`;

/** As index terms. */
export const GENERIC: ReadonlySet<string> = new Set(analyse(WORDS));
