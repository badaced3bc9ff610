// Irregular English forms, which a stemmer cannot bring together: `went` is a form of `go`.

/**
 * `base:form,form`. A form that is a common word of its own is listed where developers mean the verb by it (`left`,
 * `felt`, `found`). At the end, the abbreviations that are written as often as their word.
 */
const FORMS =
  'arise:arose,arisen;awake:awoke,awoken;bear:borne;beat:beaten;become:became;begin:began,begun;bend:bent;bet:bets;' +
  'bind:bound;bite:bit,bitten;bleed:bled;blow:blew,blown;break:broke,broken;breed:bred;bring:brought;build:built;' +
  'burn:burnt;buy:bought;catch:caught;choose:chose,chosen;cling:clung;come:came;creep:crept;deal:dealt;dig:dug;' +
  'draw:drew,drawn;dream:dreamt;drink:drank,drunk;drive:drove,driven;eat:ate,eaten;fall:fell,fallen;feed:fed;' +
  'feel:felt;fight:fought;find:found;flee:fled;fling:flung;fly:flew,flown;forbid:forbade,forbidden;' +
  'forget:forgot,forgotten;forgive:forgave,forgiven;freeze:froze,frozen;get:got,gotten;give:gave,given;' +
  'go:went,gone,goes;grind:ground;grow:grew,grown;hang:hung;hear:heard;hide:hid,hidden;hold:held;keep:kept;' +
  'kneel:knelt;know:knew,known;lay:laid;lead:led;lean:leant;leap:leapt;learn:learnt;leave:left;lend:lent;light:lit;' +
  'lose:lost;make:made;mean:meant;meet:met;mistake:mistook,mistaken;overcome:overcame;overdo:overdid,overdone;' +
  'override:overrode,overridden;overrun:overran;oversee:oversaw,overseen;overtake:overtook,overtaken;' +
  'overthrow:overthrew;overwrite:overwrote,overwritten;pay:paid;prove:proven;rebind:rebound;rebuild:rebuilt;' +
  'redo:redid,redone;redraw:redrew,redrawn;repay:repaid;rerun:reran;resend:resent;reset:resets;retell:retold;' +
  'rethink:rethought;rewind:rewound;rewrite:rewrote,rewritten;ride:rode,ridden;ring:rang,rung;rise:rose,risen;' +
  'run:ran;say:said;see:saw,seen;seek:sought;sell:sold;send:sent;sew:sewn;shake:shook,shaken;shine:shone;' +
  'shoot:shot;show:shown;shrink:shrank,shrunk;sing:sang,sung;sink:sank,sunk;sit:sat;sleep:slept;slide:slid;' +
  'smell:smelt;speak:spoke,spoken;speed:sped;spell:spelt;spend:spent;spill:spilt;spin:spun;spoil:spoilt;' +
  'spring:sprang,sprung;stand:stood;steal:stole,stolen;stick:stuck;sting:stung;strike:struck,stricken;' +
  'string:strung;strive:strove,striven;swear:swore,sworn;sweep:swept;swell:swollen;swim:swam,swum;swing:swung;' +
  'take:took,taken;teach:taught;tear:tore,torn;tell:told;think:thought;throw:threw,thrown;undergo:underwent;' +
  'understand:understood;undertake:undertook,undertaken;undo:undid,undone;unwind:unwound;uphold:upheld;wake:woke,woken;' +
  'wear:wore,worn;weave:wove,woven;weep:wept;win:won;wind:wound;withdraw:withdrew,withdrawn;withhold:withheld;' +
  'withstand:withstood;wring:wrung;write:wrote,written;' +
  'child:children;person:people;man:men;woman:women;foot:feet;tooth:teeth;goose:geese;mouse:mice;life:lives;' +
  'wife:wives;knife:knives;leaf:leaves;half:halves;shelf:shelves;self:selves;thief:thieves;wolf:wolves;' +
  'index:indices,indexes;matrix:matrices;vertex:vertices;appendix:appendices;criterion:criteria;phenomenon:phenomena;' +
  'analysis:analyses;basis:bases;crisis:crises;hypothesis:hypotheses;thesis:theses;axis:axes;schema:schemata,schemas;' +
  'datum:data;medium:media;bacterium:bacteria;' +
  'good:better,best;bad:worse,worst;far:farther,further,farthest,furthest;' +
  'repo:repository,repositories,repos;config:configuration,configurations,configs;' +
  'dependency:dependencies,deps;dir:directory,directories,dirs';

/** Form → base, both in small letters. */
export const IRREGULAR_FORMS: ReadonlyMap<string, string> = new Map(
  FORMS.split(';').flatMap((entry) => {
    const [base = '', forms = ''] = entry.split(':');
    return forms.split(',').map((form): readonly [string, string] => [form, base]);
  }),
);
