// German, Russian, Japanese, Chinese, Korean: how the work on a project is done, said without a word such as "always".
import { order, type Practice, statement } from './practice.ts';

const DE =
  '(?:commit-?(?:messages?|nachrichten|texte|titel)|commits|(?:[\\w-]+-)?tests|testdateien|[\\p{L}]*tests|migrationen|abhängigkeiten|kommentare|code-?kommentare|branch-?namen|branches|feature-?branches|prs|mrs|pull requests|merge requests|pr-(?:titel|beschreibungen)|variablen(?:namen)?|bezeichner|funktionen|klassen(?:namen)?|methoden|dateinamen|ordnernamen|tabellennamen|spaltennamen|typen|importe?s?|exporte?|logs|log-?meldungen|fehlermeldungen|doku|dokumentation|readmes?|texte|ui-texte|oberflächentexte|komponenten|hooks|module|controller|handler|services|secrets|zugangsdaten|konfiguration|umgebungsvariablen|feature-?flags|skripte|scripts|todos|releases|deployments|übersetzungen|fixtures|mocks|sql|zeitstempel|geldbeträge|beträge|datumsangaben|konstanten|docstrings|code|endpunkte|bugfixes|änderungen an der api|datenbankfelder|spalten)';
const DE_IN =
  '(?:englisch|deutsch|utc|iso|snake_case|camelcase|kebab-case|kleinbuchstaben|kleinschreibung|imperativ|cent|der gegenwart)';
const RU =
  '(?:(?:сообщения|описания) (?:коммитов|пр|pr|мр|mr)|коммит-?сообщения|коммиты|комментарии|(?:юнит-|интеграционные |e2e-)?тесты|миграции|зависимости|(?:имена|названия) (?:веток|переменных|функций|файлов|классов|таблиц|колонок|тестов)|ветки|фича-?ветки|переменные|функции|классы|типы|импорты|экспорты|логи|документаци[яю]|доки|пул-?реквесты|пр-?ы|mr|pr|компоненты|хуки|модули|хендлеры|контроллеры|секреты|конфиги|скрипты|переводы|докстринги|sql|бизнес-логик[ау]|константы|даты|суммы|деньги|фиче?-?флаги|тексты(?: интерфейса| ошибок| сообщений)?|релизы|ошибки)';
const JA =
  '(?:コミットメッセージ|コミット|コメント|(?:単体|ユニット|結合|E2E)?テスト(?:コード|ファイル|名)?|変数名|関数名|クラス名|ファイル名|テーブル名|ブランチ名?|プルリク(?:エスト)?|PR(?:のタイトル|の説明)?|MR|依存(?:関係|ライブラリ|パッケージ)?|新しい(?:依存|ライブラリ|パッケージ)|ライブラリ|ドキュメント|ログ(?:メッセージ)?|関数|クラス|型|型定義|型ヒント|マイグレーション|import|インポート|export|エクスポート|default export|any型?|enum|コンポーネント|フック|モジュール|環境変数|シークレット|設定(?:ファイル|値)?|日時|日付|金額|スクリプト|ビジネスロジック|SQL|生成(?:された)?(?:コード|ファイル)|console\\.log|マジックナンバー|ハードコード|命名|インデント|スタイル|翻訳|定数|モック|本番(?:DB|データベース|環境)?|APIキー|リリース|デプロイ)';
const ZH =
  '(?:(?:所有的?|全部|每个|新的?)?(?:提交信息|提交说明|提交|commit ?(?:message|信息)?|注释|(?:单元|集成)?测试(?:文件|用例|代码)?|变量名?|函数名?|类名|文件名|表名|(?:数据库)?字段名?|分支名?|PR(?:标题|描述)?|依赖|第三方库|文档|日志|错误信息|函数|类型|迁移(?:文件|脚本)?|数据库迁移|导入|组件|模块|环境变量|密钥|配置|时间|日期|金额|脚本|业务逻辑|SQL|生成的(?:代码|文件)|接口文档|界面文案|代码|命名|样式|常量|枚举))';
const KO =
  '(?:(?:모든 |새 )?(?:커밋 ?메시지|커밋|주석|(?:단위 |통합 )?테스트(?: ?파일| ?코드)?|변수명|함수명|클래스명|파일명|테이블명|브랜치(?: ?이름|명)?|PR(?: ?제목| ?설명)?|의존성|라이브러리|문서|로그(?: ?메시지)?|에러 ?메시지|함수|타입|마이그레이션|임포트|컴포넌트|모듈|환경 ?변수|시크릿|설정|날짜|금액|스크립트|비즈니스 ?로직|SQL|생성된 ?(?:코드|파일)|console\\.log|any|상수))';

export const otherPractices: Readonly<Record<string, readonly Practice[]>> = {
  de: [
    statement(
      `(?:alle |unsere |neue |die |der |das )?${DE}(?: (?:im|in|für|zu) [\\p{L}-]+)? (?:bitte )?(?:kommen|kommt|gehören|gehört|liegen|liegt|leben|heißen|beginnen|enden|bleiben|stehen|steht) (?:bitte |immer |nur |direkt )*(?:neben|in|ins|im|unter|mit|zu|nach|außerhalb|auf|an|klein|aus|vor) `,
    ),
    statement(
      `(?:alle |unsere |neue |jede[rs]? |die |der )?(?:neue[rs]? )?(?:${DE}|commit|test|pr|endpunkt|funktion|klasse|migration|komponente|modul|änderung|abhängigkeit|fix|bugfix|branch|öffentliche[rs]? [\\p{L}]+) (?:müssen|muss|sollen|soll|sollten|sollte|dürfen|darf|brauchen|braucht|bekommen|bekommt|kriegen|kriegt|haben|hat) (?!noch|jetzt|wieder|gerade|noch)`,
      `test|docstring|changelog|ticket|präfix|englisch|deutsch|utc|import|kommentar|signier|squash|review|freigabe|abgesprochen|zeilen|${DE_IN}|nicht|keine?|nur|nie|dokument|klein|datenbank|netz|vor|eintrag|doku`,
    ),
    statement(
      `(?:alle |unsere |neue |die )?${DE} (?:werden|wird|sind|ist) (?:bei uns |hier |immer |nur |grundsätzlich |ausschließlich |direkt |stets )*(?:[^,.;:]{0,40} )?(?:geschrieben|gespeichert|abgelegt|benannt|signiert|gesquasht|generiert|erzeugt|dokumentiert|formatiert|gemockt|geladen|gelesen|verwaltet|ausgerollt|gesetzt|versioniert|angelegt|pflicht|verboten|tabu|kleingeschrieben|append-only|unveränderlich|auf (?:englisch|deutsch)|in (?:utc|cent|snake_case))(?![\\p{L}])`,
    ),
    statement(
      `(?!das |die |der |dies)(?:[\\p{L}-]+) (?:speichern|schreiben|benennen|nennen|committen|deployen|testen|loggen|formatieren|verwalten|versionieren|mocken|halten|machen|lösen|bauen) wir (?:in|auf|mit|als|nur|immer|nie|nicht|ohne|per|über|gegen|grundsätzlich|mittels|im) `,
    ),
    order(
      `(?:alle |neue |unsere )?${DE}(?: (?:im|in|für|der|des) [\\p{L}-]+)? (?:bitte |immer |nur |grundsätzlich )*(?:auf|in|im) ${DE_IN}(?![\\p{L}])`,
    ),
    order(
      `(?:schreib|verfass|halte?|formulier|benenn)e?n? (?:bitte )?(?:alle |die |deine |neue )?${DE} (?:bitte )?(?:auf|in|im|klein|kurz|unter) `,
    ),
    order(
      `(?:bitte )?keine? (?:neuen? |direkten? )?(?:abhängigkeiten|pakete|bibliotheken|commits|pushes|migrationen|default-exporte?|default exports|barrel-files|emojis|abkürzungen|magic numbers|globalen variablen|singletons|enums|inline-styles|console\\.logs?|force-pushes|todos|auskommentierte[nr]? code|any|kommentare|semikolons|wildcard-imports|geschäftslogik|logik|sql|mocks|snapshots|merge-commits|denglisch|umlaute|secrets)(?=[.!]*$| (?:ohne|in|im|auf|bitte|hier|für|an))`,
    ),
    order(
      `(?:verwende?|benutze?|nutze?|schreibe?|nimm) (?:bitte )?[^,.;:]{0,60}?(?:überall|in allen|im ganzen|in diesem (?:repo|projekt)|für alle[s]?|für jede[ns]?)(?![\\p{L}])(?: (?:neuen )?(?:${DE}|texten|dateien|[\\p{L}-]+(?:zugriffe?|abfragen|komponenten|tests|datumsangaben|services|skripte)n?)| (?:bitte )?(?:const|statt|nur)|[.!]*$| [\\p{L}]+ statt )`,
    ),
    order(
      `(?:verwende?|benutze?|nutze?|schreibe?|commite?|committe?|mocke?|logge?|editiere?|ändere?|fasse?|bearbeite?|leg) (?:bitte )?(?:keine? [^,.;:]{2,50} in (?:${DE}|namen|controllern|komponenten|bezeichnern)|nichts (?:in|an|unter|direkt) |die generierten |generierte )`,
    ),
    order(
      `(?:bevor|ehe) du (?:pushst|committest|commitest|mergst|einen pr (?:aufmachst|öffnest)|etwas (?:löschst|committest|pushst|installierst)), (?:bitte )?(?:lass|führ|lauf|prüf|starte|mach|frag|formatier|zieh|rebase)`,
    ),
    order(
      `vor (?:dem|jedem|einem) (?:commit|push|pushen|committen|merge|mergen|release|pr)(?: bitte)?(?: immer)? (?:lass|führ|lauf|prüf|start|mach|frag|formatier|den |die |das |alle|erst|npm|pnpm|make|lint)`,
    ),
    order(
      `(?:frag|frage|sag) (?:bitte )?(?:mich |mir )?(?:bitte )?(?:erst |vorher |bescheid )?,? ?bevor du (?:etwas |was |eine? |neue |pakete|abhängigkeiten|dateien|größere)`,
    ),
    order(
      `(?:wenn|sobald) du (?:eine? |das schema|am schema|an der api|die api|etwas an|neue )[^,.;]{2,80}, (?:bitte )?(?:aktualisier|ergänz|lass|führ|schreib|denk|füg|frag|sag|trag|generier|lauf|erzeug|pass)`,
    ),
    order(
      `(?:pro|je) (?:datei|commit|pr|test|modul|komponente|klasse) (?:nur |genau |höchstens |max(?:imal)? )?(?:eine?[nr]? |1 )`,
    ),
    order(
      '(?:nur|ausschließlich) (?:named exports|squash-merges?|funktionale komponenten|englische [\\p{L}]+|deutsche [\\p{L}]+|stabile [\\p{L}]+|signierte [\\p{L}]+|kleine commits)',
    ),
    {
      form: 'person',
      source: `ich (?:mag|hasse|bevorzuge|will|möchte|hätte gern|hätte lieber|lese) (?:lieber |keine |nur |gern |am liebsten )*(?:kurze|kleine|lange|knappe|große|ausführliche|einfache|verschachtelte|deutsche|englische)n? [\\p{L}-]+`,
    },
  ],
  ru: [
    statement(
      `(?:все |наши |новые |любые )?${RU}(?: (?:в|для|к|об?|из) [\\p{L}]+)? (?:мы |у нас |тоже |всегда |только |обязательно )*(?:пишем|лежат|лежит|храним|хранятся|хранится|кладём|кладем|называем|называются|именуем|должн[ыао]|подписываем|начинаются|живут|идут|делаем|ведём|ведем|не трогаем|не правим|не редактируем|не меняем|не мокаем|не пишем|не коммитим|мокаем|пишутся|пишется|обязательны|запрещены|откатываем|сквошим|именуются|нельзя|берём|берем|читаем|генерируются|генерируем|держим|выносим) ?(?!сейчас|опять|снова|не в)`,
    ),
    order(
      `(?:все |наши |новые )?${RU}(?: (?:в|для|к) [\\p{L}]+)? ?[—–-]? ?(?:пожалуйста |всегда |только |строго |пиши |пишите )*(?:на (?:английском|русском|английском языке|русском языке)|в (?:utc|snake_case|camelcase|kebab-case|копейках|центах)|рядом с|без сокращений|только через|только в|только на)(?![\\p{L}])`,
    ),
    statement(
      'мы (?:никогда |всегда |только |тут |здесь )?(?:не )?(?:мокаем|используем|пишем|коммитим|пушим|храним|мержим|сквошим|деплоим|тестируем|называем|ведём|ведем|правим|трогаем|логируем|релизим) (?!это|его|её|ее|их)[^.;:]{2,80}(?:тест|коммит|миграци|прод|main|master|мастер|только|не |через|без|на английск|в utc|везде|дженкинс|логи|ветк|код|pr|пр|,)',
    ),
    order(
      `(?:не надо|не нужно|нельзя|запрещено|не стоит) (?:писать|добавлять|использовать|коммитить|мокать|пушить|трогать|править|менять|хардкодить|логировать|ставить|удалять|плодить|создавать) [^,.;:]{1,60}?(?:для|в|к|без|на|напрямую|вручную|руками)(?![\\p{L}])`,
    ),
    order(
      `${RU} (?:пожалуйста |всегда |только )?(?:в формате|по (?:формату|шаблону|стандарту|conventional)|через|без) [\\p{L}\\w-]+`,
    ),
    order(
      `(?:пиши|пишите|оформляй|называй|именуй|веди|храни|клади|держи) (?:пожалуйста )?(?:все |новые )?${RU}(?: (?:в|для|к) [\\p{L}]+)? `,
    ),
    order(
      `не (?:используй|добавляй|коммить|пиши|трогай|меняй|ставь|мокай|делай|правь|редактируй|пушь|хардкодь|логируй|подключай|тащи|импортируй|создавай|клади|удаляй|обновляй)(?:те)? [^,.;:]{1,60}?(?:в этом (?:проекте|репозитории|репо)|в (?:проекте|репозитории|проде|продакшене|коде|тестах|контроллерах|компонентах|хендлерах|именах|названиях|коммитах|гит|git|логах|домене)|у нас|без (?:спроса|согласования|моего|обсуждения|вопроса|разрешения|ревью)|напрямую|вручную|руками)(?![\\p{L}])`,
    ),
    order(
      `(?:перед|после) (?:каждым |каждого |любым )?(?:коммитом|коммита|пушем|пуша|мержем|мержа|мерджем|релизом|деплоем|деплоя|миграции) (?:всегда |обязательно |сначала |пожалуйста |нужно |надо |прогоняй|запускай|прогони|проверяй|гоняй|обновляй|делай|форматируй|спрашивай)`,
    ),
    order(
      'прежде чем (?:пушить|коммитить|мержить|удалять|ставить|добавлять|менять)[^,.;]{0,50}, (?:запускай|прогоняй|прогони|спрашивай|спроси|проверяй|проверь|обнови|обновляй|запусти)',
    ),
    statement(
      'у нас (?:в (?:проекте|коде|репозитории|команде) )?(?:принят[ыоа]?|заведено|не принято|используется|используются|только|всё на|все на|запрещен[ыо]?|нельзя|правило|договор[её]нность|конвенция|стоит|кодстайл|pnpm|yarn|bun) ?',
    ),
    order(
      'никаких (?:новых )?(?:зависимостей|библиотек|эмодзи|комментариев|сокращений|дефолтных экспортов|default export\\w*|any|моков|магических чисел|глобальных [\\p{L}]+|console\\.log|todo|синглтонов|force[- ]push\\p{L}*|прямых [\\p{L}]+|хардкод\\p{L}*)(?![\\p{L}])',
    ),
    statement(
      '(?:каждый|каждая|каждое|любой|любая|любое|на каждый|на каждую|к каждому|для каждого) (?:нов\\p{L}+ |публичн\\p{L}+ )?(?:эндпоинт|pr|пр|мр|mr|пул-?реквест|коммит|тест|миграци\\p{L}+|функци\\p{L}+|класс|компонент|модул\\p{L}+|метод|баг|фич\\p{L}*|эндпоинта|модуля|компонента)\\p{L}* (?:должен|должна|должно|нужен|нужна|нужно|пишем|требует|покрыва|обязательно|идёт|идет|сопровожда)',
    ),
    order(
      'в (?:названиях|именах|сообщениях|описаниях|комментариях|заголовках|тестах|коде|коммитах|логах|ветках)(?: [\\p{L}-]+)? (?:всегда |обязательно |мы |пожалуйста )*(?:указываем|указывай|пишем|пиши|используем|используй|ставим|ставь|нельзя|не используем|не используй|никаких|не должно|должен быть|не пиши|не пишем|не мокаем|не мокай|не ходим)',
    ),
    order(
      'без (?:моего |моей |явного )?(?:согласия|спроса|согласования|разрешения|ревью|подтверждения|команды|ведома)[^.,]{0,40}? не [\\p{L}]+',
    ),
    order(
      '(?:один|одна) (?:класс|компонент|тест|изменение|миграция|функция|ассерт) (?:на|в|в одном) (?:файл\\p{L}*|коммит\\p{L}*|pr|тест\\p{L}*|модул\\p{L}*)',
    ),
    order(
      '(?:спрашивай|спроси)(?:те)?(?: меня)?,? (?:перед тем,? как|прежде чем|прежде, чем|если не уверен|если сомневаешься|перед (?:добавлением|удалением|установкой|обновлением))',
    ),
    order(
      'используй(?:те)? [^,.;:]{2,50}?(?:везде|во всех|во всём проекте|для всех|в этом (?:проекте|репозитории)|у нас в)(?![\\p{L}])',
    ),
    order(
      'если (?:не уверен|сомневаешься|что-то непонятно|не знаешь),? (?:лучше )?(?:спрашивай|спроси|уточняй|уточни)',
    ),
    order(
      '(?:если|когда) (?:добавляешь|меняешь|правишь|трогаешь|создаёшь|создаешь|удаляешь|переименовываешь) [^,.;]{2,60}, (?:сразу |обязательно |не забывай |также |то )*(?:обновляй|обнови|пиши|добавляй|добавь|запускай|прогоняй|прогони|регенерируй|перегенерируй|перегенери|проверяй|пересобирай|спрашивай)',
    ),
    {
      form: 'person',
      source:
        '(?:я )?(?:не люблю|люблю|предпочитаю|мне больше нравятся|терпеть не могу|ненавижу) (?:когда ты |короткие |длинные |маленькие |большие |огромные |мелкие |лишние |подробные |многословные )',
    },
  ],
  ja: [
    order(
      `(?:すべての|全ての|新しい|公開)?${JA}(?:は|には|では|に関しては)、?[^。!！?？\\n]{0,60}(?:英語|日本語|で統一|に統一|書いて|書く|置いて|置く|置きます|使わない|使わず|使用しない|使用禁止|禁止|付けて|付ける|つけて|つける|必須|しないで|しない(?:でください|こと|ように|方針|ルール)|避けて|分けて|以内|以下|触らない|触らず|編集しない|変更しない|入れない|コミットしない|モックしない|追記のみ|UTC|スネークケース|キャメルケース|snake_case|camelCase|名前付き|経由|から切|始めて|始める|必ず|原則|だけ(?:に|を|で)|のみ|書かない|残さない|追加しない|増やさない)`,
    ),
    order(
      `${JA}(?:を|へ|に)[^。、]{0,20}(?:追加|変更|削除|更新|導入|インストール|マージ|プッシュ|リリース|デプロイ|コミット)(?:する|した|し)(?:とき|時|際|場合|前に|前は|ら|たら)(?:に)?(?:は|、)?`,
    ),
    order(
      `${JA}(?:に|で|の中に|内に|の中で|内で)(?:は)?[^。!！?？]{1,30}(?:使わない(?:で|こと|ように)|書かない(?:で|こと)|入れない(?:で|こと)|含めない(?:で|こと)|残さない(?:で|こと)|使用しない(?:で|こと))`,
    ),
    order(
      '[^。]{2,30}(?:うちは|限りは|限り|(?:する|とる|取る|もらう)までは?|なしに|なしで|ずに)、?[^。]{0,20}(?:コミット|マージ|プッシュ|デプロイ|インストール|追加|削除|変更|push)しないで',
    ),
    order(
      '(?:コミット|プッシュ|push|マージ|PRを(?:出す|作る|作成する)|リリース|デプロイ)(?:する)?(?:の)?前(?:に|には|は)、?(?:必ず|先に)?[^。]{0,40}(?:実行|走らせ|通し|確認|かけ|流し|回し)',
    ),
    order(
      '(?:この|当|本|うちの|弊社の)?(?:リポジトリ|プロジェクト|コードベース|チーム|レポジトリ|うち)(?:では|は|内では|で)、?[^。?？]{2,80}(?:使います|使っています|使う|使ってください|使わないでください|使わない|統一|ルール|方針|禁止|書きます|書いてください|書く|してください|しないでください|します|採用|決まり)',
    ),
    order(
      '[A-Za-z][\\w.@/-]{1,30}(?:は|を)(?:絶対に|極力|なるべく)?(?:使わないで|使用しないで|使わない(?:方針|こと|ルール))',
    ),
    order(
      '(?:1|一|１)(?:ファイル|コミット|PR|テスト|モジュール)(?:に)?(?:つき)?(?:1|一|１)(?:クラス|コンポーネント|変更|テスト|アサーション|機能)',
    ),
    order(
      '(?:わからない|分からない|不明な|迷った|曖昧な)[^。]{0,12}(?:とき|時|場合|点|ところ|ことがあれ|ら)[^。]{0,12}(?:聞いて|質問して|確認して|相談して)',
    ),
  ],
  zh: [
    order(
      `${ZH}(?:里|中|的)?(?:都|一律|统一|必须|只能|只|要|应该|应当|请|全部|不要|不能|不许|禁止|不得|得)?(?:都|要|请|必须|统一)?(?:用|使用|放在|放到|写成|写|采用|存|存成|以|按|控制在|不超过|跟|加上|带|走|遵循|保持|从|附|避免|直接写|硬编码|出现|包含|手动改|改|提交|先问)[^。!！?？，,]{0,2}(?:英文|英语|中文|英語|UTC|分|祈使|现在时|下划线|驼峰|小写|大写|旁边|同一|同级|目录|行|以内|前缀|开头|单号|工单|编号|[A-Za-z_./-]{2,}|里|中|任何|缩写|拼音|测试|我)`,
    ),
    order(
      `(?:每个|每次|所有|每一个|任何)(?:新的?|公开的?|公共)?(?:PR|MR|接口|函数|方法|组件|模块|提交|改动|迁移|依赖|类|功能|bug|修复|commit)(?:都)?(?:必须|要|得|需要|应该)`,
    ),
    order(
      '(?:提交|推送|push|合并|发布|上线|commit|提PR|开PR)(?:代码)?(?:之)?前(?:，|,|都|先|必须|要|请|记得)*(?:先|都)?(?:跑|运行|执行|检查|格式化|过一遍|问|确认)',
    ),
    order(
      '(?:不要|别|禁止|不许|不能|不得|避免)(?:再)?(?:在|往|给|把|用|使用|引入|加|添加|提交|修改|改|动|写)[^。!！?？，,]{0,24}(?:测试里|测试中|代码里|代码中|仓库|生产|线上|控制器里|组件里|项目里|项目中|这个项目|变量名|命名里|生成的|自动生成|新的?依赖|第三方库|新依赖|默认导出|魔法数字|拼音|缩写|any|console)',
    ),
    order(
      '(?:这个|本|我们)(?:项目|仓库|团队)(?:里|中|都|统一|只|一律|不)?(?:都|统一|只|一律|不|是)?(?:用|使用|采用|要求|禁止|不用|支持|写)',
    ),
    order('一个(?:文件|提交|PR|测试|模块)(?:只|一个)(?:放|做|能|要)?'),
    order('(?:写完|改完|修改完|加完)(?:代码|接口|功能|之后|后|以后)+[^。]{0,6}(?:要|必须|先|都|记得|请)'),
    order('(?:有疑问|不确定|拿不准|不清楚)(?:的话|的时候|时|的地方)?(?:，|,)?(?:请|就|要|先)*(?:问|确认)'),
    order(
      '(?:加|引入|新增|安装|升级|删除)(?:新的?)?(?:依赖|库|包|文件|表|字段)(?:之)?前(?:，|,|请|要|都|必须)*先?(?:问|和我|跟我|确认|征)',
    ),
  ],
  ko: [
    order(
      `${KO}(?:은|는|에는|에선|에서는|엔) ?[^.!?。]{0,50}(?:영어로|한국어로|한글로|작성해|써 ?주|써줘|두세요|둬|두고|금지|말아|마세요|하지 ?마|쓰지 ?(?:마|말|않)|사용하지|해야|통일|필수|안 됩니다|안 돼|넣지|않습니다|UTC|이내|이하|옆에|함께|붙여|붙입니다|snake_case|camelCase|으로 시작|만 (?:사용|써|씁))`,
    ),
    order(
      '(?:커밋|푸시|머지|배포|릴리스|PR(?:을)? (?:올리|만들|열))(?:하)?기? ?(?:전에는?|전엔) ?[^.!?]{0,40}(?:실행|돌려|돌리|확인|통과|물어)',
    ),
    order(
      '(?:이|우리|저희) ?(?:프로젝트|저장소|레포|리포|팀|코드베이스)(?:는|에서는|에선|에서) ?[^.!?]{2,60}(?:씁니다|써요|사용합니다|사용해|쓴다|쓰지|금지|합니다|해 ?주세요|하세요|말아)',
    ),
    order(
      '(?:모든|각|매) (?:새 |새로운 |공개 )?(?:PR|엔드포인트|함수|커밋|컴포넌트|모듈|메서드|마이그레이션)(?:은|는|에는|마다|에) ?[^.!?]{0,40}(?:필요|있어야|포함|작성|추가해야|달아|붙여)',
    ),
    order(
      '(?:새 |새로운 )?(?:의존성|라이브러리|패키지)(?:을|를)? ?(?:추가|설치|업데이트)(?:하)?기? ?(?:전에|전엔|전에는) ?[^.!?]{0,20}(?:물어|확인|상의|말해)',
    ),
    order(
      '(?:파일|커밋|PR|테스트|모듈)(?: ?하나)?(?:당|에) ?(?:클래스|컴포넌트|변경|테스트|하나)[^.!?]{0,10}(?:하나|한 개|1개)',
    ),
    order('(?:모르|애매하|확실하지 않|불확실하)[^.!?]{0,12}(?:물어|질문|확인)'),
  ],
};
