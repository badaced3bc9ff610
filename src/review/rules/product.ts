// Tells what the person wants of their product ("users must never see …, build the page") from what they want of the
// agent. A requirement is worded like a standing order; what gives it away is who does it and what else is asked for.
import type { Said } from './said.ts';

/** Who acts in a product, in what is required of it. */
const ACTOR =
  /(?<![\p{L}])(?:(?:the|a|an|every|each|all|any|our|new|deleted|logged-in|registered) (?:[\w-]+ )?)?(?:users?|customers?|visitors?|guests?|members?|buyers?|players?|subscribers?|recipients?|buttons?|forms?|pages?|screens?|dialogs?|modals?|popups?|banners?|links?|menus?|notifications?|tooltips?|inputs?|fields?|bots?|apps?|e-?mails?|newsletters?|invoices?|orders?|carts?|passwords?|accounts?|exports?|reports?|uploads?|sessions?|tokens?|refunds?|prices?|search|widget) (?:must|should|shall|can|cannot|can't|may|never|always|is|are|has|have|needs?|gets?|sees?|receives?|expires?|stays?|shows?)(?![\p{L}])|(?<![\p{L}])(?:benutzer|nutzer|kunden?|formular|seite|button|knopf|el usuario|los usuarios|el cliente|l'utilisateur|les utilisateurs|l'utente|gli utenti|il bottone|o usuário|o relatório|пользовател\p{L}+|кнопка|страница)(?![\p{L}])|用户|页面|按钮|密码|ユーザー|ボタン|画面|ページ|メッセージは|フォーム|사용자|버튼|화면|페이지/iu;
/** An errand to build something of it. */
const BUILDS =
  /(?:^|[.!?;:,—-] ?|\b(?:and|then|so|please|pls|now|can you|could you|i need you to|i need|i want) )(?:build|implement|create|add|design|make|put|write|do|develop|introduce) (?:the|a|an|that|this|it|our|new|me)\b|(?<![\p{L}])(?:i need|ich brauche|necesito|il me faut|preciso de|mi serve|мне нужн\p{L}) (?:an?|the|eine?n?|una?|une?|um|uma)(?![\p{L}])|(?<![\p{L}])(?:baue?|erstelle?|implementiere?|programmiere?|impleméntal[oa]|implementa|hazlo|crea|implémente|crée|corrige|implementalo|correggilo|faz|faça|cria|сделай|реализуй|добавь)(?![\p{L}])|实现|帮我写|帮我做|做一个|写一个|実装|作って|作成して|구현|만들어/iu;
/** "Put that on the pricing page": what was said is a text or a behaviour of the product. */
const PUTS =
  /^(?:so |now |please |and )*(?:put|add|show|print|write|mention|display|include|implement|build|render|say) (?:that|this|it) (?!to (?:your|the) (?:memor|notes)|in(?:to)? (?:your|the) (?:memor|notes)|down)(?:on|in|into|to|at|under|for)\b/i;

/** What is on the screen, at the head of the sentence. */
const SUBJECT =
  /^(?:(?:the|der|die|das|el|la|le|o|a|il) (?:button|modal|dialog|dropdown|sidebar|tooltip|knopf|seitenleiste|botón|ventana|bouton|fenêtre|bot[aã]o|janela|pulsante|finestra)(?![\p{L}])|кнопка|окно|(?:この|その)?(?:ボタン|画面|モーダル|メニュー|ヘッダー)[はがをに]|按钮|弹窗|버튼|화면)/iu;

/** True when a sentence, or what follows it, belongs to the product that is being built. */
export function forProduct(said: Said, sentence: string, next: string): boolean {
  if (PUTS.test(next) || SUBJECT.test(sentence)) return true;
  if (!ACTOR.test(sentence) && !said.sentences.some(({ text }) => REQUIRED.test(text))) return false;
  return said.sentences.some(({ text }) => BUILDS.test(text));
}

/** Of the whole message, where another sentence tells what the product must do. */
const REQUIRED =
  /(?<![\p{L}])(?:users?|customers?|visitors?|guests?|buttons?|forms?|pages?|links?|notifications?|bots?) (?:must|should|can|cannot|can't|may|never|always)(?![\p{L}])|(?:用户|页面|按钮)[^，。]{0,12}(?:必须|不能|永远|始终)/iu;
