/** What Parley itself says to a contact when the flow gives no words of its own. */
const PHRASES = {
  en: {
    again: 'Sorry, I did not understand that. Please try again.',
    number: 'Please answer with a number.',
    email: 'Please answer with an e-mail address, such as ana@example.com.',
    phone: 'Please answer with a phone number, with its country code.',
    date: 'Please answer with a date, such as 31 December.',
    url: 'Please answer with a web address.',
    yes_no: 'Please answer yes or no.',
    choice: 'Please choose one of these:',
    media: 'Please send a picture or a file.',
    location: 'Please send your location.',
    sorry: 'Sorry, something went wrong here. Please try again later.',
    goodbye: 'Good, let us stop here.',
    accept: 'I agree',
    decline: 'I do not agree',
  },
  es: {
    again: 'Perdón, no lo entendí. Inténtalo de nuevo, por favor.',
    number: 'Por favor responde con un número.',
    email: 'Por favor responde con un correo, como ana@example.com.',
    phone: 'Por favor responde con un teléfono, con su código de país.',
    date: 'Por favor responde con una fecha, como 31 de diciembre.',
    url: 'Por favor responde con una dirección web.',
    yes_no: 'Por favor responde sí o no.',
    choice: 'Por favor elige una de estas opciones:',
    media: 'Por favor envía una imagen o un archivo.',
    location: 'Por favor envía tu ubicación.',
    sorry: 'Perdón, algo salió mal. Inténtalo más tarde, por favor.',
    goodbye: 'Bien, lo dejamos aquí.',
    accept: 'Acepto',
    decline: 'No acepto',
  },
  pt: {
    again: 'Desculpe, não entendi. Tente de novo, por favor.',
    number: 'Por favor responda com um número.',
    email: 'Por favor responda com um e-mail, como ana@example.com.',
    phone: 'Por favor responda com um telefone, com o código do país.',
    date: 'Por favor responda com uma data, como 31 de dezembro.',
    url: 'Por favor responda com um endereço web.',
    yes_no: 'Por favor responda sim ou não.',
    choice: 'Por favor escolha uma destas opções:',
    media: 'Por favor envie uma imagem ou um arquivo.',
    location: 'Por favor envie a sua localização.',
    sorry: 'Desculpe, algo deu errado. Tente mais tarde, por favor.',
    goodbye: 'Certo, paramos por aqui.',
    accept: 'Aceito',
    decline: 'Não aceito',
  },
} as const;

/** The names of the phrases. */
export type Phrase = keyof (typeof PHRASES)['en'];

/** A phrase in the language of a BCP 47 tag; English when there is none in it. */
export function phrase(name: Phrase, language: string): string {
  const key = language.slice(0, 2).toLowerCase();
  const table = key === 'es' || key === 'pt' ? PHRASES[key] : PHRASES.en;
  return table[name];
}
