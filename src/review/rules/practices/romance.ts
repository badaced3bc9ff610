// Spanish, French, Portuguese, Italian: how the work on a project is done, said without a word such as "always".
import { order, type Practice, statement } from './practice.ts';

const ES =
  '(?:(?:los |las |el |la )?(?:mensajes? de(?: los)? commits?|commits|comentarios|tests|pruebas(?: unitarias)?|migraciones|dependencias|nombres de (?:ramas?|variables?|funciones|archivos|tablas)|ramas|variables|funciones|clases|tipos|imports|logs|documentación|prs|pull requests|componentes|hooks|módulos|controladores|secretos|fechas|importes|scripts|textos de la (?:ui|interfaz)|traducciones|releases))';
const FR =
  "(?:(?:les |la |le |l'|des )?(?:messages? de commit|commits|commentaires|tests(?: unitaires)?|migrations|dépendances|noms de (?:branches?|variables?|fonctions|fichiers|tables)|branches|variables|fonctions|classes|types|imports|logs|documentation|doc|prs|pull requests|merge requests|mrs|composants|hooks|modules|contrôleurs|secrets|dates|montants|scripts|textes de l'interface|traductions|releases))";
const PT =
  '(?:(?:os |as |o |a )?(?:mensagens de commit|commits|comentários|testes(?: unitários)?|migrations|migrações|dependências|nomes de (?:branches?|variáveis|funções|arquivos|tabelas)|branches|variáveis|funções|classes|tipos|imports|logs|documentação|prs|pull requests|componentes|hooks|módulos|controllers|segredos|datas|valores monetários|scripts|textos da interface|traduções|releases))';
const IT =
  "(?:(?:i |gli |le |la |il |l')?(?:messaggi di commit|commit|commenti|test(?: unitari)?|migrazioni|dipendenze|nomi (?:dei|delle) (?:branch|variabili|funzioni|file|tabelle)|branch|variabili|funzioni|classi|tipi|import|log|documentazione|pr|pull request|componenti|hook|moduli|controller|segreti|date|importi|script|testi dell'interfaccia|traduzioni|release))";
export const romancePractices: Readonly<Record<string, readonly Practice[]>> = {
  es: [
    statement(
      `(?:todos |todas )?${ES} (?:van|va|viven|se (?:escriben|guardan|nombran|llaman|firman|ponen|hacen|quedan|crean|prueban)|deben|tienen que|no deben|llevan|empiezan|siguen|necesitan|no se (?:tocan|editan|modifican)) (?!pasar|fallar|ahora|estar)`,
    ),
    order(
      `${ES} (?:por favor |siempre |solo |sólo |siempre y solo )*en (?:inglés|español|castellano|minúsculas|imperativo|utc|snake_case|camelcase|céntimos)(?![\\p{L}])`,
    ),
    order(
      `(?:escribe|redacta|pon|nombra|mantén) (?:siempre )?(?:todos |todas )?${ES} (?:en|con|cortos|por debajo|al lado|pequeñ\\p{L}+) `,
    ),
    order(
      '(?:nada de|sin|ningún|ninguna|no más) (?:default exports|exports por defecto|emojis|abreviaturas|comentarios (?:obvios|en [\\p{L}]+)|any|números mágicos|variables globales|singletons|estilos en línea|console\\.log|force push|código comentado|dependencias nuevas sin|nuevas dependencias sin|lógica (?:de negocio )?en|sql en|mocks en|commits directos)',
    ),
    order(
      'no (?:uses|añadas|agregues|metas|pongas|escribas|toques|edites|modifiques|hagas|mockees|subas|commitees) [^,.;:]{1,60}?(?:en (?:este (?:proyecto|repo)|los (?:tests|controladores|componentes|nombres|commits)|producción|main|master|el código|variables)|sin (?:preguntar|consultar|avisar|permiso)|a mano|generad\\p{L}+)(?![\\p{L}])',
    ),
    order(
      'antes de (?:cada )?(?:hacer )?(?:commit|commitear|push|pushear|mergear|subir|abrir un pr|publicar),? (?:por favor )?(?:ejecuta|corre|pasa|lanza|revisa|comprueba|formatea|pregunta)',
    ),
    order(
      '(?:pregunta|pregúntame|avísame|consulta|consúltame) (?:siempre )?antes de (?:añadir|agregar|instalar|borrar|eliminar|renombrar|tocar|cambiar|actualizar|hacer|meter)',
    ),
    order(
      '(?:usa|utiliza|emplea) [^,.;:]{2,50}?(?:en (?:todo el (?:proyecto|código|repo)|todos los|todas las|todas partes|este (?:proyecto|repo))|para (?:todo|todos los|todas las)) ?(?:[.!]*$|textos|tests|servicios|componentes|scripts|fechas|módulos|archivos|por favor|nombres|strings|peticiones|consultas)?',
    ),
    statement(
      '(?:cada|todo|toda|todos los|todas las) (?:nuev[oa]s? )?(?:pr|prs|endpoints?|función|funciones(?: públicas)?|migración|migraciones|commits?|componentes?|módulos?|métodos?(?: públicos)?|dependencias?|bugfix) (?:necesita|lleva|debe|tiene que|deben|tienen que|llevan|necesitan) ',
    ),
    order(
      '(?:solo |sólo |máximo )?(?:una?|un solo|una sola) (?:clase|componente|test|cambio|aserción|función) por (?:archivo|fichero|commit|pr|test|módulo)',
    ),
    {
      form: 'person',
      source:
        '(?:prefiero|odio|me gustan|no me gustan|quiero|detesto) (?:los |las |que los )?(?:commits|prs|respuestas|explicaciones|comentarios|funciones|tests|mensajes|nombres|resúmenes) (?:pequeñ|cort|larg|enorm|breve|concis|descriptiv|grand|inútil|innecesari|obvi|sean)',
    },
  ],
  fr: [
    statement(
      `(?:toutes |tous )?${FR} (?:vont|va|vivent|se (?:mettent|rangent|placent|nomment)|doivent|doit|ne doivent|sont (?:écrit|stocké|rangé|nommé|signé|squashé|en |toujours|obligatoire|interdit|immuable)|commencent|restent|suivent|on les|ont besoin) ?(?!passer|marcher|échouer|maintenant)`,
    ),
    order(
      `${FR} (?:s'il te plaît |stp |toujours |uniquement |seulement )*en (?:anglais|français|minuscules|utc|snake_case|camelcase|centimes|allemand)(?![\\p{L}])`,
    ),
    order(
      `(?:écris|rédige|mets|garde|nomme) (?:toujours )?(?:tous |toutes )?${FR} (?:en|avec|court|sous|à côté|petit) ?`,
    ),
    order(
      "(?:pas|plus|jamais|aucun|aucune|zéro) (?:de |d')?(?:nouvelles? )?(?:dépendances? sans|default exports?|exports? par défaut|emojis?|abréviations?|commentaires? (?:évidents?|en \\p{L}+|inutiles?)|any\\b|nombres magiques|variables? globales?|singletons?|styles? (?:inline|en ligne)|console\\.log|force[- ]push|code commenté|code mort|logique (?:métier )?dans|sql dans|mocks? dans|commits? directs?|merge commits?|secrets? dans|requêtes? sql dans)",
    ),
    order(
      "n[e'] ?(?:utilise|ajoute|mets|écris|touche|modifie|édite|commite|mocke|pousse|crée|logge|installe) (?:pas|jamais|rien|plus) [^,.;:]{1,60}?(?:dans (?:ce (?:projet|dépôt|repo)|les (?:tests|contrôleurs|composants|noms|commits)|le (?:code|domaine|dépôt))|en (?:prod|production)|sur (?:main|master)|sans (?:demander|me demander|prévenir|mon accord|accord|validation)|à la main|généré\\p{L}*)(?![\\p{L}])",
    ),
    order(
      "avant (?:de |chaque |d')(?:commit\\p{L}*|push\\p{L}*|merge\\p{L}*|ouvrir une pr|pousser|publier|release),? (?:toujours )?(?:lance|exécute|fais|vérifie|passe|formate|demande|on lance)",
    ),
    order(
      "(?:demande|demande-moi|préviens-moi|préviens) (?:toujours )?(?:moi )?avant (?:d'|de )(?:ajouter|installer|supprimer|renommer|toucher|changer|modifier|mettre à jour|faire)",
    ),
    order(
      "(?:utilise|emploie) [^,.;:]{2,50}?(?:partout|dans (?:tout le (?:projet|code|dépôt)|tous les|toutes les|ce (?:projet|dépôt|repo))|pour (?:tout|tous les|toutes les))(?![\\p{L}])(?:[.!]*$| (?:stp|s'il te plaît|textes|tests|services|composants|scripts|dates|modules|fichiers|noms|requêtes|appels))",
    ),
    statement(
      '(?:chaque|toute|tout|toutes les|tous les) (?:nouvelles? |nouveaux? |nouvel )?(?:pr|prs|endpoints?|fonctions?(?: publiques?)?|migrations?|commits?|composants?|modules?|méthodes?(?: publiques?)?|dépendances?|routes?|correctifs?) (?:a besoin|doit|doivent|ont besoin|comporte|nécessite) ?',
    ),
    order(
      '(?:une?|un seul|une seule) (?:classe|composant|test|changement|assertion|fonction) par (?:fichier|commit|pr|test|module)',
    ),
    {
      form: 'person',
      source:
        "(?:je préfère|je déteste|j'aime(?: bien| pas)?|je n'aime pas|je veux) (?:les |des |quand tu |que tu )?(?:petits? |courts? |longues? |grosses? |gros |petites? )?(?:commits|prs|réponses|explications|commentaires|fonctions|tests|messages|noms|résumés|expliques|demandes|réponds|poses)",
    },
  ],
  pt: [
    statement(
      `(?:todos |todas )?${PT} (?:ficam|fica|vão|vivem|devem|têm que|tem que|não devem|não podem|precisam|começam|seguem|são (?:escrit|guardad|assinad|nomead|sempre|obrigat|proibid|gravad)|se escrevem) ?(?!passar|falhar|agora)`,
    ),
    order(
      `${PT} (?:por favor |sempre |só |somente )*em (?:inglês|português|minúsculas|utc|snake_case|camelcase|centavos)(?![\\p{L}])`,
    ),
    order(
      `(?:escreva|escreve|mantenha|mantém|nomeie|coloca|coloque) (?:sempre )?(?:todos |todas )?${PT} (?:em|com|curt\\p{L}+|abaixo|ao lado|pequen\\p{L}+) ?`,
    ),
    order(
      '(?:nada de|sem|nenhum|nenhuma|chega de) (?:default exports?|exports? padrão|emojis?|abreviações|comentários (?:óbvios|em \\p{L}+)|any\\b|números mágicos|variáveis globais|singletons?|estilos? inline|console\\.log|force push|código comentado|novas dependências sem|dependências novas sem|lógica (?:de negócio )?n|sql n|mocks? n|commits? diretos?)',
    ),
    order(
      'não (?:use|usa|adicione|adiciona|coloque|coloca|escreva|mexa|mexe|edite|altere|commite|suba|faça|mocke|instale) [^,.;:]{1,60}?(?:n(?:este|esse) (?:projeto|repo)|n(?:os|as) (?:testes|controllers|componentes|nomes|commits)|em (?:produção|testes|nomes)|n[ao] (?:main|master|código|domínio)|sem (?:perguntar|avisar|me perguntar|consultar|permissão)|na mão|gerad\\p{L}+)(?![\\p{L}])',
    ),
    order(
      'antes de (?:cada )?(?:fazer |dar )?(?:commit|commitar|push|pushar|mergear|subir|abrir (?:um )?pr|publicar),? (?:por favor )?(?:rode|roda|execute|executa|passe|verifique|formate|pergunte)',
    ),
    order(
      '(?:pergunte|pergunta|me pergunte|me avise|avisa|avise) (?:sempre )?antes de (?:adicionar|instalar|apagar|remover|renomear|mexer|mudar|alterar|atualizar|fazer)',
    ),
    order(
      '(?:use|usa|utilize) [^,.;:]{2,50}?(?:em (?:todo o (?:projeto|código|repo)|todos os|todas as|todo lugar|todo canto)|n(?:este|esse) (?:projeto|repo)|para (?:tudo|todos os|todas as))(?![\\p{L}])(?:[.!]*$| (?:por favor|textos|testes|serviços|componentes|scripts|datas|módulos|arquivos|nomes))',
    ),
    statement(
      '(?:cada|todo|toda|todos os|todas as) (?:nov[oa]s? )?(?:prs?|endpoints?|função|funções(?: públicas)?|migration|migrações|commits?|componentes?|módulos?|métodos?(?: públicos)?|dependências?|rotas?|bugfix) (?:precisa|leva|deve|tem que|devem|têm que|precisam) ',
    ),
    order(
      '(?:uma?|um só|uma só) (?:classe|componente|teste|mudança|asserção|função) por (?:arquivo|commit|pr|teste|módulo)',
    ),
    {
      form: 'person',
      source:
        '(?:prefiro|odeio|gosto de|não gosto de|detesto) (?:commits|prs|respostas|explicações|comentários|funções|testes|mensagens|nomes|resumos) (?:pequen|curt|long|enorm|breve|concis|descritiv|grand|inúte|óbvi)',
    },
  ],
  it: [
    statement(
      `(?:tutti |tutte )?${IT} (?:vanno|va|stanno|si (?:scrivono|mettono|salvano|chiamano|firmano)|devono|non devono|iniziano|seguono|restano|sono (?:sempre|obbligator|vietat|scritt|salvat)) ?(?!passare|fallire|ora)`,
    ),
    order(
      `${IT} (?:per favore |sempre |solo )*in (?:inglese|italiano|minuscolo|utc|snake_case|camelcase|centesimi)(?![\\p{L}])`,
    ),
    order(
      `(?:scrivi|tieni|metti|chiama) (?:sempre )?(?:tutti |tutte )?${IT} (?:in|con|cort\\p{L}+|sotto|accanto|piccol\\p{L}+) ?`,
    ),
    order(
      '(?:niente|nessun|nessuna|basta) (?:con )?(?:default export|emoji|abbreviazioni|commenti (?:ovvi|inutili|in \\p{L}+)|any\\b|numeri magici|variabili globali|singleton|stili inline|console\\.log|force push|codice commentato|nuove dipendenze senza|dipendenze nuove senza|logica (?:di business )?ne|sql ne|mock ne|commit diretti)',
    ),
    order(
      'non (?:usare|aggiungere|mettere|scrivere|toccare|modificare|fare|committare|installare|pushare) [^,.;:]{1,60}?(?:in questo (?:progetto|repo)|nei (?:test|controller|componenti|nomi|commit)|in produzione|su (?:main|master)|nel codice|senza (?:chiedere|chiedermi|avvisare|permesso)|a mano|generat\\p{L}+)(?![\\p{L}])',
    ),
    order(
      'prima di (?:ogni |fare )?(?:commit|committare|push|pushare|mergiare|aprire una pr|pubblicare),? (?:per favore )?(?:esegui|lancia|fai|controlla|formatta|chiedi|verifica)',
    ),
    order(
      '(?:chiedi|chiedimi|avvisami) (?:sempre )?prima di (?:aggiungere|installare|cancellare|rinominare|toccare|cambiare|modificare|aggiornare|fare)',
    ),
    statement(
      '(?:ogni|tutte le|tutti i|tutti gli) (?:nuov\\p{L} )?(?:pr|endpoint|funzion[ei](?: pubblic\\p{L}+)?|migrazion[ei]|commit|component[ei]|modul[oi]|metod[oi]|dipendenz[ae]) (?:ha bisogno|deve|devono|hanno bisogno|richiede) ',
    ),
    order(
      '(?:una?|un solo|una sola) (?:classe|componente|test|modifica|funzione) per (?:file|commit|pr|test|modulo)',
    ),
  ],
};
