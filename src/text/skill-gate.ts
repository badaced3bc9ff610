// Whether a skill is worth a place in a client's list: a description that says when to use it, and steps to follow.

type SkillFault =
  | 'missing_name'
  | 'missing_description'
  | 'weak_description'
  | 'long_description'
  | 'markup_in_description'
  | 'missing_content'
  | 'low_signal'
  | 'too_large';

export type SkillProblem = { readonly reason: SkillFault; readonly words: string };

/** Both clients cut or refuse longer ones. In characters. */
const DESCRIPTION_LENGTH = 1_024;
/** In bytes of UTF-8. */
const CONTENT_BYTES = 65_536;
const FEWEST_WORDS = 12;

/** "Use it when …" in the languages that people write skills in: both halves, in any order. */
const WHEN_TO_USE: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [
    /\b(?:use[ds]?|using|useful|apply|applies|run|follow|invoke|call|load|read this|consult)\b/i,
    /\b(?:when(?:ever)?|if|before|after|while|during|for any|every time|each time|on any|in case)\b/i,
  ],
  [
    /(?<![\p{L}])(?:verwend|benutz|nutz|nutzen|anwend|einsetz|befolg)\p{L}*/iu,
    /(?<![\p{L}])(?:wenn|falls|sobald|bevor|nachdem|beim|vor|nach)(?![\p{L}])/iu,
  ],
  [
    /(?<![\p{L}])(?:us(?:a|ar|e|es|ado)|utili[zsc]\p{L}*|emple\p{L}*|apli[cq]\p{L}*|empreg\p{L}*)(?![\p{L}])/iu,
    /(?<![\p{L}])(?:cuando|al|si|antes|después|quando|se|ao|depois|prima|dopo)(?![\p{L}])/iu,
  ],
  [
    /(?<![\p{L}])(?:utilis|emplo|appliqu|suiv|employ)\p{L}*/iu,
    /(?<![\p{L}])(?:quand|lorsqu\p{L}*|si|avant|après|dès|pour)(?![\p{L}])/iu,
  ],
  [
    /(?<![\p{L}])(?:использ|примен|запуска)\p{L}*/iu,
    /(?<![\p{L}])(?:когда|если|перед|после|при)(?![\p{L}])/iu,
  ],
  [
    /使用|适用|適用|用于|用於|调用|調用|使う|使い|用いる|利用|実行|사용|적용|실행/u,
    /当|當|时|時|之前|之后|之後|如果|场合|場合|とき|前に|後に|なら|때|경우|전에|후에|하면/u,
  ],
];

const MARKER =
  /\b(?:workflow|steps?|run|inspect|verify|check|execute|confirm|open|create|install|build|test|deploy|commit|review|ensure|validate)\b|(?<![\p{L}])(?:schritte?|prüfe|ausführen|starte|führe|pasos?|ejecuta|verifica|comprueba|étapes?|exécute[zr]?|vérifie[zr]?|passos?|шаги?|запусти|проверь)(?![\p{L}])|步骤|步驟|运行|運行|检查|檢查|执行|執行|手順|確認|실행|확인|단계/iu;
const NUMBERED = /(?:^|\n)\s{0,3}1[.)]\s+\S[\s\S]{0,4000}?\n\s{0,3}2[.)]\s+\S/;

/** All that is wrong with it; nothing when it passes. Texts as they would be published. */
export function skillProblems(skill: {
  readonly name: string | null;
  readonly description: string | null;
  readonly content: string | null;
}): SkillProblem[] {
  const problems: SkillProblem[] = [];
  const report = (reason: SkillFault, words: string) => problems.push({ reason, words });
  if ((skill.name ?? '').trim() === '') report('missing_name', 'it has no name');
  const description = (skill.description ?? '').trim();
  if (description === '') report('missing_description', 'it has no description');
  else {
    const length = [...description].length;
    if (length > DESCRIPTION_LENGTH)
      report(
        'long_description',
        `the description has ${length} characters, clients take ${DESCRIPTION_LENGTH}`,
      );
    if (/<\/?[a-z][^<>\n]{0,200}>/i.test(description))
      report('markup_in_description', 'the description holds a tag, which clients refuse');
    if (!WHEN_TO_USE.some(([use, when]) => use.test(description) && when.test(description)))
      report('weak_description', 'the description does not say when to use it: "Use when …"');
  }
  const content = (skill.content ?? '').trim();
  if (content === '') {
    report('missing_content', 'it has no content');
    return problems;
  }
  const bytes = Buffer.byteLength(content);
  if (bytes > CONTENT_BYTES) report('too_large', `it has ${bytes} bytes, at most ${CONTENT_BYTES} are kept`);
  const words = countWords(content);
  if (words < FEWEST_WORDS)
    report('low_signal', `it has ${words} words, at least ${FEWEST_WORDS} are needed`);
  else if (!MARKER.test(content) && !NUMBERED.test(content))
    report('low_signal', 'it names no step to take (run, check, verify, numbered steps …)');
  return problems;
}

/** Where words are not parted by blanks, two letters count as one. */
function countWords(text: string): number {
  const dense = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const words = text
    .replace(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]+/gu, ' ')
    .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_'-]*/gu);
  return (words?.length ?? 0) + Math.floor(dense / 2);
}
