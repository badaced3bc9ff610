import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDictated } from '../../src/text/prose.ts';
import { spokenWords } from '../../src/text/spoken.ts';

const DICTATED = {
  english:
    "okay so I looked at the importer this morning and I think what happens is that the second worker starts before the first one has written its marker file so they both take the same batch and then you get the duplicates we saw in the report last week. What I would like you to do is take the lock before the listing and not after it, and please don't add another config option for that. Oh and one more thing while I'm at it, we never commit the sample files, they are customer data, so whenever you make a new fixture write it by hand.",
  german:
    'Also ich habe mir das heute Morgen nochmal angeschaut und ich glaube, das Problem ist, dass der zweite Prozess schon anfängt, bevor der erste seine Datei geschrieben hat, und dann nehmen beide denselben Stapel und wir haben die doppelten Zeilen im Bericht. Kannst du bitte die Sperre vor dem Auflisten nehmen und nicht danach, und bau dafür keine neue Einstellung ein. Und noch was, wir checken die Beispieldateien nie ein, das sind Kundendaten, also schreib neue Testdaten immer von Hand und frag mich, wenn du nicht weißt, wie sie aussehen sollen.',
  spanish:
    'bueno, esta mañana estuve mirando el importador y creo que lo que pasa es que el segundo proceso empieza antes de que el primero haya escrito su marca, así que los dos toman el mismo lote y por eso tenemos los duplicados que vimos en el informe de la semana pasada. Quiero que tomes el bloqueo antes de listar y no después, y por favor no añadas otra opción de configuración para eso. Y una cosa más, nunca subimos los ficheros de ejemplo porque son datos de clientes, así que cuando necesites un caso nuevo lo escribes tú a mano y me avisas.',
  russian:
    'Смотри, я утром ещё раз посмотрел на импорт и думаю, что второй процесс начинает работу раньше, чем первый успевает записать свой файл, поэтому оба берут одну и ту же пачку, и у нас появляются двойные строки, которые мы видели в отчёте на прошлой неделе. Сделай, пожалуйста, так, чтобы блокировка бралась до чтения списка, а не после, и не добавляй для этого новую настройку. И ещё одно, мы никогда не коммитим файлы с примерами, это данные клиентов, так что если тебе нужен новый пример, напиши его сам и скажи мне.',
  chinese:
    '我今天早上又看了一下导入的代码，我觉得问题是第二个进程在第一个进程写完标记文件之前就开始了，所以两个进程会拿到同一批数据，然后报告里就出现了上周我们看到的重复行。'.concat(
      '请你把加锁放到列出文件之前，而不是之后，也不要为此再加新的配置项。还有一件事，我们从来不提交示例文件，因为那是客户的数据，所以你需要新的测试数据时，要自己手写，不确定格式就先问我。',
      '另外界面上那个按钮的颜色在深色模式下几乎看不见，设计同事说可以用主题里的强调色，你顺手改掉就行，但是别动其他组件的样式，改完以后截一张图给我看，我再决定要不要一起发布，',
      '如果测试跑得太久，就只跑和导入有关的部分，剩下的交给夜里的流水线去做，明天早上我会看结果，有失败的用例我再告诉你怎么处理，谢谢，辛苦了，这件事不急，但最好这周能做完，下周一要给老板演示，演示之前还要留一天时间做检查和修补小毛病。',
    ),
};

const cases = Object.entries(DICTATED);
const filled = (unit: string, length = 900) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('a long line', () => {
  it.each(cases)('is speech when somebody dictated it in %s', (_, text) => {
    const long = text.length > 400 ? text : `${text}${text}`;
    expect(isDictated(long)).toBe(true);
  });

  it('counts for what a person said, with its quotations left out', () => {
    const text = `${DICTATED.english} The old readme said "always commit every sample file to the repository" but that is wrong.`;
    expect(spokenWords(text)).toBe(`${DICTATED.english} The old readme said but that is wrong.`);
  });

  it('is speech below a greeting of a few words and above more of the same', () => {
    const text = `hey there\n\n${DICTATED.english}\n\nNow run the tests.`;
    expect(spokenWords(text)).toBe(text.replace(/\n+/g, '\n'));
  });

  const second =
    'and then I wanted to say that we should keep you informed about the state of the order, so please let us know when you have a minute and I will tell you more about what it was that we had in mind for it, because there is a lot to say about how they do it at the other site and what you could do with it if you had the time to look at all of it, and I do not want it to be lost again as it was the last time we had this. ';
  it.each([
    [
      'a line of JSON',
      JSON.stringify({ items: Array.from({ length: 40 }, (_, id) => ({ id, name: 'always' })) }),
    ],
    ['minified code', filled('function a(b,c){return b.d(c)&&(e=f[c],g(e)),h?i:j}var k=l||{};')],
    ['base64', `here is what I want you to decode for me please ${randomBytes(400).toString('base64')}`],
    ['CSV', filled('Miller,Anna,12.04.1987,Berlin,4711;Meier,Otto,01.12.1990,Köln,4712;')],
    ['a log', filled('2026-11-21T08:30:00Z INFO worker started for you and me, never stop it ')],
    [
      'a stack trace on one line',
      filled('TypeError: x is not a function at run (/srv/app.js:1:2) at main (/srv/app.js:9:1) '),
    ],
    ['a phrase over and over', filled('please always use npm and I mean it when you do it ')],
    [
      'a list of names',
      filled('alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike '),
    ],
    [
      'a manual',
      filled(
        'The client opens a connection to the server and sends the header. The header has a length and a type, which are in network order. When the server has read all of it, it answers with a status, or it closes the connection if the type is not known to it. A client that gets no answer in ten seconds has to try again, and after three of these it gives up and says so in the log. ',
      ),
    ],
    ['a letter with a head', `Dear team, ${second}${second.slice(0, 90)}`],
    ['a letter with an end', `${second} Best regards, Martha`],
    ['a contract', `We and you agree that ${second} The parties shall never disclose it.`],
    ['a page with markup', `${second} **Never** see [the manual](https://example.org/a) again.`],
    ['a quotation without an end', `I got it from her: “${second}`],
    ['what somebody is said to have written', `here is the mail from the customer: ${second}`],
    ['what a page says of itself', `In this post I will show you how ${second}`],
  ])('is not speech: %s', (_, line) => {
    expect(line.length).toBeGreaterThan(400);
    expect(isDictated(line)).toBe(false);
    expect(spokenWords(`Look at that.\n${line}`)).toBe('Look at that.');
  });

  it.each([
    ['what do they want from us?'],
    ['I got this from the customer.'],
    ['Please answer the mail for me.'],
    ['Subject: samples'],
    ['Hi Robin,'],
    ['# Contributing'],
    ['> somebody wrote'],
  ])('is not speech below %j', (above) => {
    expect(spokenWords(`${above}\n\n${DICTATED.english}`)).not.toContain('never commit');
  });

  it('is not speech below another that was pasted', () => {
    expect(spokenWords(`Look at that.\n${second} Best regards, Martha\n${DICTATED.english}`)).toBe(
      'Look at that.',
    );
  });

  it('is never speech when it is made of data, whatever is dictated around it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.string({ minLength: 8, maxLength: 16 }), value: fc.integer() }), {
          minLength: 30,
          maxLength: 60,
        }),
        fc.constantFrom(...Object.values(DICTATED)),
        (rows, around) => {
          expect(isDictated(`${around} ${JSON.stringify(rows)}`)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives nothing but words of the message, for any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Object.values(DICTATED), 'x'.repeat(500), 'Hi,', '"', '```', '{', ': '), {
          maxLength: 12,
        }),
        (parts) => {
          const said = spokenWords(parts.join('\n'));
          const words = new Set(parts.join('\n').split(/[\s"`]+/));
          expect(said.split(/[\s"`]+/).filter((word) => word !== '' && !words.has(word))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
