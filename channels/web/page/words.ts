/** What the page itself says. The server puts some of it into the page, the script the rest. */
const WORDS = {
  en: {
    conversation: 'Conversation',
    coming: 'An answer is on its way',
    latest: 'New messages',
    suggested: 'Suggested answers',
    message: 'Your message',
    write: 'Write a message',
    send: 'Send',
    attach: 'Attach a file',
    again: 'Start again',
    script: 'This chat needs JavaScript. Please turn it on and load the page again.',
    answer: 'Answer:',
    you: 'You:',
    choose: 'Answers to choose from',
    picked: ' (your answer)',
    picture: 'Picture',
    map: 'Map',
    retrying: 'Not sent yet – retrying…',
    refused: 'Not sent.',
    sending: 'The file is on its way…',
    large: 'Not sent. The file is too large: at most {max}.',
    kind: 'Not sent. This kind of file is not taken: pictures, PDF, sound, film and plain text are.',
    many: 'Not sent. No more files are taken in this chat.',
    long: 'This is too long for one message.',
    ended: 'This conversation has ended.',
    gone: 'This conversation is no longer available.',
    leaving: 'You will be taken to {host} in a moment.',
    onward: 'Continue to {host}',
    offline: 'You are offline. What you write is sent when you are back.',
    broken: 'The connection is lost – trying again…',
  },
  es: {
    conversation: 'Conversación',
    coming: 'Viene una respuesta',
    latest: 'Mensajes nuevos',
    suggested: 'Respuestas sugeridas',
    message: 'Tu mensaje',
    write: 'Escribe un mensaje',
    send: 'Enviar',
    attach: 'Adjuntar un archivo',
    again: 'Empezar de nuevo',
    script: 'Este chat necesita JavaScript. Actívalo y carga la página de nuevo, por favor.',
    answer: 'Respuesta:',
    you: 'Tú:',
    choose: 'Respuestas para elegir',
    picked: ' (tu respuesta)',
    picture: 'Imagen',
    map: 'Mapa',
    retrying: 'Aún no se ha enviado; reintentando…',
    refused: 'No se envió.',
    sending: 'Enviando el archivo…',
    large: 'No se envió. El archivo es demasiado grande: máximo {max}.',
    kind: 'No se envió. Este tipo de archivo no se acepta: sí imágenes, PDF, audio, video y texto simple.',
    many: 'No se envió. En este chat no se aceptan más archivos.',
    long: 'Es demasiado largo para un mensaje.',
    ended: 'Esta conversación ha terminado.',
    gone: 'Esta conversación ya no está disponible.',
    leaving: 'En un momento irás a {host}.',
    onward: 'Continuar a {host}',
    offline: 'No tienes conexión. Lo que escribas se enviará cuando vuelvas.',
    broken: 'Se perdió la conexión; reintentando…',
  },
  pt: {
    conversation: 'Conversa',
    coming: 'Vem uma resposta',
    latest: 'Novas mensagens',
    suggested: 'Respostas sugeridas',
    message: 'A sua mensagem',
    write: 'Escreva uma mensagem',
    send: 'Enviar',
    attach: 'Anexar um arquivo',
    again: 'Começar de novo',
    script: 'Este chat precisa de JavaScript. Ative-o e carregue a página de novo, por favor.',
    answer: 'Resposta:',
    you: 'Você:',
    choose: 'Respostas para escolher',
    picked: ' (a sua resposta)',
    picture: 'Imagem',
    map: 'Mapa',
    retrying: 'Ainda não enviado; tentando de novo…',
    refused: 'Não foi enviado.',
    sending: 'Enviando o arquivo…',
    large: 'Não foi enviado. O arquivo é grande demais: no máximo {max}.',
    kind: 'Não foi enviado. Este tipo de arquivo não é aceito: imagens, PDF, áudio, vídeo e texto simples são.',
    many: 'Não foi enviado. Esta conversa não aceita mais arquivos.',
    long: 'É longo demais para uma mensagem.',
    ended: 'Esta conversa terminou.',
    gone: 'Esta conversa não está mais disponível.',
    leaving: 'Em um momento você irá para {host}.',
    onward: 'Continuar para {host}',
    offline: 'Você está sem conexão. O que escrever será enviado quando ela voltar.',
    broken: 'A conexão caiu; tentando de novo…',
  },
} as const;

/** The page's words in one language. */
export type Words = { readonly [name in keyof (typeof WORDS)['en']]: string };

/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'iw', 'ji', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** The language in which the page speaks when the flow speaks that of a BCP 47 tag. */
export function languageOf(tag: string): keyof typeof WORDS {
  const primary = primaryOf(tag);
  return primary === 'es' || primary === 'pt' ? primary : 'en';
}

/** The words for a flow in the language of a BCP 47 tag; English when there are none in it. */
export function wordsFor(tag: string): Words {
  return WORDS[languageOf(tag)];
}

/** True when texts of the language run from right to left. */
export function isRightToLeft(tag: string): boolean {
  return RIGHT_TO_LEFT.has(primaryOf(tag)) || /-(arab|hebr)(-|$)/i.test(tag);
}

function primaryOf(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0] ?? '';
}
