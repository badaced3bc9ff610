// Tells lines and parts of lines that belong to somebody else, or are written for something else, from what a person
// says to the agent: pasted documents, letters, prompts for models, texts of the product.

/** Where another text begins: heads of mails, headings of such documents. */
const OTHERS =
  /^(?:(?:from|subject|to|cc|sent|date|von|betreff|gesendet|asunto|objet|assunto|от|тема) ?: \S|#{1,4} *(?:contribut|install|getting started|licen[cs]e|readme|usage|changelog|quick ?start|development|release notes|code of conduct)|-{3,} ?(?:forwarded|original)|on .{5,60} wrote:)/i;
/** A heading of a document; those of a prompt somebody structured are their own. */
const HEADING = /^#{1,6}\s+\S/;
const OWN_HEADING =
  /^#{1,6}\s+(?:(?:my|the|your|our|some|ground|house) )*(?:tasks?|context|goals?|background|rules?|constraints?|requests?|notes?|instructions?|problem|question|plan|steps|todo|important|reminders?|preferences?|conventions?|aufgabe|kontext|regeln|hinweise|tarea|contexto|reglas|tâche|contexte|règles|tarefa|regras|задача|контекст|правила)\b/iu;
/** "Hi team," and "Best regards," on lines of their own: a letter stands between them. */
export const SALUTATION =
  /^(?:dear|hi|hello|hey|hallo|liebe[rs]?|sehr geehrte\p{L}*|hola|estimad[oa]s?|bonjour|ch(?:er|ère)s?|olá|prezad[oa]s?|ciao|buongiorno|привет|здравствуйте|уважаем\p{L}+)(?: (?!claude|codex|agent|there)[^.!?,]{1,40})?,$/iu;
export const SIGN_OFF =
  /^(?:(?:best|kind|warm)(?: regards| wishes)?|regards|sincerely|yours(?: sincerely| truly)?|cheers|thanks|thank you|mit freundlichen grüßen|(?:viele|beste|liebe) grüße|saludos(?: cordiales)?|atentamente|cordialement|bien à vous|atenciosamente|abraços|cordiali saluti|с уважением),?$/iu;
/** "Legal sent me this, …", "here's the spec for the importer.", "what does this mean": a text of others comes next. */
export const HANDS_OVER =
  /\b(?:(?:sent|gave|wrote|forwarded|told|handed|pasted|got|received|found|saw) (?:me |us |you )?(?:this|these|the following|that)|(?:here(?:'s| is| are)|this is|below is|attached is|i (?:got|have|received|found)) (?:this |the |an? |my |our |their |his |her )?(?:[\w-]+ ){0,3}(?:mail|e-?mail|message|letter|spec|specification|requirements?|ticket|issue|brief|story|prd|transcript|notes|text|article|guide|docs?|log|output|draft)|(?:the following|see below|pasted below|from the [\w ]{0,40}(?:guide|docs?|documentation|readme|wiki|manual|handbook)))\b|\b(?:hat|haben) (?:mir|uns) (?:das|dies|folgendes) |(?:das hier|folgendes) (?:bekommen|gefunden|geschickt)|\b(?:me|nos) (?:mandó|mandaron|llegó|escribió) esto|m'a envoyé (?:ça|ceci)|me (?:mandou|mandaram|enviou) isso|\b(?:прислали|прислал|получил)\p{L}* (?:вот )?(?:это|такое)/iu;
/** A prompt written for some model, not a word to this one. */
const PROMPT =
  /^(?:you are|act as|du bist|eres|tu es|você é) (?:an? |the |ein |eine |un |une |um |uma )?(?:expert|helpful|senior|world|professional|assistant|agent|highly|experienced|bot|ai|seasoned|expertin|experte|hilfreich|experto|asistente|assistant|assistente|especialista)/iu;

/** A document of others begins here. */
export const beginsOthers = (text: string) =>
  OTHERS.test(text) || PROMPT.test(text) || (HEADING.test(text) && !OWN_HEADING.test(text));

/** "Change the onboarding text to: Welcome! …", "subject: …": from the colon on, it is text for something else. */
const TEXT_FOR =
  /(?:^|[.!?;,] |\b(?:and|und|y|et|e|и) )(?:[\p{L}' ]{0,24}\b)?(?:(?:change|set|write|put|add|insert|use|make|update|replace|rename|append|post|send|reply|answer|commit|ändere?|schreibe?|setze?|füge?|cambia|escribe|pon|añade|change|écris|mets|ajoute|muda|escreve|coloca|adiciona|cambia|scrivi|metti|aggiungi|измени|напиши|добавь|поставь)\b[^.!?:]{0,100}\b(?:text|texts|line|lines|message|title|subject|body|label|tooltip|heading|headline|caption|copy|placeholder|banner|footer|slogan|sentence|paragraph|prompt|note|comment|string|description|docstring|readme|to|nachricht|zeile|satz|titel|texto|línea|mensaje|título|texte|ligne|titre|linha|mensagem|testo|riga|messaggio|titolo|текст|строку|сообщение|заголовок)|subject|body|title|commit message|headline|betreff|titel|asunto|título|objet|titre|assunto|oggetto|titolo)(?: (?:to|is|of|for|with|as|like|below|saying|:)[^.!?:]{0,60})?:\s+(?=\S)/iu;

/** "Make a slide with our values: …": an errand, and what it is to hold. */
const MAKES =
  /(?:^|[.!?;,] )(?:please |bitte |por favor |пожалуйста,? )?(?:write|tell|answer|reply to|mail|message|schreibe?|antworte|sag|escribe|responde|dile|écris|réponds|dis|escreve|responda|diga|scrivi|rispondi|напиши|ответь|передай) (?:to |an |a |à )?(?:the|our|him|her|them|my|dem|der|den|ihm|ihr|ihnen|unser\p{L}*|meine\p{L}*|al|la|le|les|lui|leur|ao|o|os|gli|ai|клиент\p{L}*|им|ему|ей)(?![\p{L}])[^.!?:]{0,60}:\s+(?=\S)|(?:^|[.!?;,] |\b(?:and|then|please|now|can you|could you) )(?:make|write|draft|create|add|put|insert|change|set|post|send|reply|translate|tweet|print|show|generate|display|render|prepare) (?:me |us )?(?:an?|the|our|this|that|these|two|three|some|my) [^.!?:]{2,100}:\s+(?=\S)/iu;
/** What is told to the agent itself, whatever verb leads up to it. */
const TO_AGENT =
  /\b(?:rules?|conventions?|memory|memories|(?:your|a|my) notes?|mental note|preferences?|remember|mind|sure|agents\.md|claude\.md|exceptions?)\b/i;

/** A line up to the colon behind which a text for something else begins. */
export function withoutDictatedText(text: string): string {
  const found = [TEXT_FOR.exec(text), MAKES.exec(text)].find(
    (each) => each !== null && !TO_AGENT.test(each[0]),
  );
  return found === null || found === undefined
    ? text
    : text.slice(0, found.index + found[0].length).replace(/\s+$/, '');
}
