import { describe, expect, it } from 'vitest';
import { converse, type Said } from '../support/conversation.ts';
import { world } from './world.ts';

/** Of each language: what was said among other things, two ways to ask for it, and what was never spoken of. */
const LANGUAGES: Readonly<
  Record<string, { said: string; others: readonly string[]; asked: readonly string[]; never: string }>
> = {
  Chinese: {
    said: '部署失败，因为数据库连接超时，我们把超时时间改成三十秒',
    others: ['今天更新了首页的颜色', '用户头像可以上传了', '搜索框移到了右上角'],
    asked: ['数据库连接超时怎么解决', '部署为什么失败'],
    never: '足球比赛的冠军是谁',
  },
  Japanese: {
    said: 'データベースの接続がタイムアウトしてデプロイに失敗しました',
    others: ['トップページの色を変えました', '画像のアップロードを直しました', '検索欄を右に移しました'],
    asked: ['デプロイに失敗した理由は', 'データベースの接続について'],
    never: '富士山の高さは何メートルか',
  },
  Korean: {
    said: '데이터베이스 연결 시간이 초과되어 배포가 실패했습니다',
    others: ['첫 화면의 색상을 바꿨습니다', '이미지 업로드를 고쳤습니다', '검색창을 옮겼습니다'],
    asked: ['배포가 왜 실패했나요', '데이터베이스 연결'],
    never: '한라산의 높이는 얼마인가요',
  },
  Russian: {
    said: 'Развёртывание упало: соединение с базой данных оборвалось по таймауту',
    others: ['Поменяли цвет главной страницы', 'Починили загрузку картинок', 'Перенесли строку поиска'],
    asked: ['Почему упало развертывание', 'соединение с базой данных', 'соединения по таймаутам'],
    never: 'Какова высота горы Эльбрус',
  },
  Arabic: {
    said: 'فشل النشر لأن الاتصال بقاعدة البيانات انتهت مهلته',
    others: ['غيرنا لون الصفحة الرئيسية', 'أصلحنا رفع الصور', 'نقلنا مربع البحث'],
    asked: ['لماذا فشل النشر', 'الاتِّصال بقاعدة البيانات'],
    never: 'كم يبلغ ارتفاع جبل توبقال',
  },
  German: {
    said: 'Die Auslieferung schlug fehl, weil die Größe der Datenbankverbindung überschritten war',
    others: ['Farbe der Startseite geändert', 'Hochladen von Bildern repariert', 'Suchfeld verschoben'],
    asked: ['Warum schlug die Auslieferung fehl', 'Groesse Datenbankverbindung überschritten'],
    never: 'Wie hoch ist der Watzmann',
  },
};

describe.each(Object.entries(LANGUAGES))('history in %s', (name, { said, others, asked, never }) => {
  async function filled() {
    const here = await world();
    const lines: readonly Said[] = [...others, said, ...others].map((text, at) => ({
      text: at === others.length ? text : `${text} ${at}`,
    }));
    await converse(here.store, `talk-${name}`, lines, { project: here.shop });
    return here;
  }

  it('finds what was said by part of its words', async () => {
    const { texts } = await filled();
    for (const query of asked) expect((await texts({ query }))[0]).toContain(said.slice(0, 12));
  });

  it('stays silent about what was never spoken of', async () => {
    const { history, agent } = await filled();
    const answer = await history.ask(agent, { query: never });
    expect(answer.abstained).toBe(true);
    expect(answer.blocks).toEqual([]);
  });
});
