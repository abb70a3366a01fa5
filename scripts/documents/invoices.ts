/** The invoices of the example: made up, and the same every time. */
export interface Invoice {
  number: string;
  vendor: string;
  address: string[];
  customer: string[];
  date: string;
  due: string;
  currency: 'EUR' | 'USD' | 'GBP' | 'CHF';
  taxPercent: number;
  /** Colour of the letterhead, red, green and blue from 0 to 1. */
  colour: [number, number, number];
  payTo: string;
  lines: InvoiceLine[];
}

export interface InvoiceLine {
  description: string;
  quantity: number;
  /** In hundredths, as all amounts. */
  unitPrice: number;
}

interface Sketch extends Omit<Invoice, 'lines'> {
  goods: string[];
  kinds: string[];
  lineCount: number;
}

const SKETCHES: Sketch[] = [
  {
    number: 'INV-2031',
    vendor: 'Northwind Office Supplies',
    address: ['18 Harbour Road', 'Bristol BS1 4RW', 'United Kingdom'],
    customer: ['Fairfield Accounting Ltd', '2 Mill Lane', 'Leeds LS1 6PU'],
    date: '2026-02-03',
    due: '2026-03-05',
    currency: 'GBP',
    taxPercent: 20,
    colour: [0.1, 0.32, 0.55],
    payTo: 'Sort code 00-00-00, account 12345678',
    goods: ['Copy paper A4', 'Lever arch file', 'Whiteboard marker', 'Desk lamp', 'Toner cartridge', 'Sticky notes'],
    kinds: ['box of 5', 'box of 10', 'single', 'pallet', 'recycled'],
    lineCount: 31,
  },
  {
    number: 'RE-70418',
    vendor: 'Baumgarten Maschinenbau GmbH',
    address: ['Industriestrasse 44', '70565 Stuttgart', 'Germany'],
    customer: ['Delta Pumpen AG', 'Am Kanal 7', '68159 Mannheim'],
    date: '2026-01-19',
    due: '2026-02-18',
    currency: 'EUR',
    taxPercent: 19,
    colour: [0.25, 0.25, 0.28],
    payTo: 'IBAN DE89 3704 0044 0532 0130 00',
    goods: ['Flange DN 80', 'Shaft seal', 'Ball bearing 6204', 'Coupling', 'Gear wheel M3', 'Hydraulic hose', 'Valve block'],
    kinds: ['stainless', 'hardened', 'type B', 'type C', 'spare part'],
    lineCount: 82,
  },
  {
    number: '2026-00317',
    vendor: 'Prairie Cloud Hosting, Inc.',
    address: ['500 Grain Exchange Bldg', 'Minneapolis, MN 55415', 'USA'],
    customer: ['Lakeshore Analytics LLC', '77 Canal Street', 'Chicago, IL 60606'],
    date: '2026-03-01',
    due: '2026-03-31',
    currency: 'USD',
    taxPercent: 6.5,
    colour: [0.05, 0.45, 0.35],
    payTo: 'Routing number 000000000, account 987654321',
    goods: ['Compute hours, node', 'Block storage, volume', 'Load balancer', 'Outgoing traffic, zone', 'Backup, volume'],
    kinds: ['a-01', 'a-02', 'b-07', 'c-11', 'c-12', 'd-03'],
    lineCount: 57,
  },
  {
    number: 'F26-0094',
    vendor: 'Imprimerie du Lac SA',
    address: ['Quai des Vernets 12', '1227 Carouge', 'Switzerland'],
    customer: ['Alpenblick Hotels AG', 'Bahnhofstrasse 3', '3920 Zermatt'],
    date: '2026-02-12',
    due: '2026-03-14',
    currency: 'CHF',
    taxPercent: 8.1,
    colour: [0.6, 0.1, 0.16],
    payTo: 'IBAN CH93 0076 2011 6238 5295 7',
    goods: ['Brochure, 16 pages', 'Menu card', 'Poster A2', 'Letterhead', 'Business cards', 'Envelope C5'],
    kinds: ['matt', 'gloss', 'recycled paper', 'two colours'],
    lineCount: 28,
  },
  {
    number: 'SO/26/1187',
    vendor: 'Casa Verde Alimentos S.L.',
    address: ['Calle de la Huerta 9', '46001 Valencia', 'Spain'],
    customer: ['Mercado Central Catering', 'Plaza Mayor 21', '28012 Madrid'],
    date: '2026-02-27',
    due: '2026-03-13',
    currency: 'EUR',
    taxPercent: 10,
    colour: [0.2, 0.5, 0.12],
    payTo: 'IBAN ES91 2100 0418 4502 0005 1332',
    goods: ['Oranges', 'Olive oil', 'Almonds', 'Rice', 'Paprika', 'Artichokes', 'Honey', 'Saffron'],
    kinds: ['crate 10 kg', 'crate 5 kg', 'bottle 5 l', 'organic', 'extra'],
    lineCount: 91,
  },
  {
    number: 'TS-55021',
    vendor: 'Tidewater Freight Services',
    address: ['Pier 14, Terminal Avenue', 'Norfolk, VA 23510', 'USA'],
    customer: ['Heron Furniture Co.', '310 Oak Street', 'Raleigh, NC 27601'],
    date: '2026-03-09',
    due: '2026-04-08',
    currency: 'USD',
    taxPercent: 0,
    colour: [0.05, 0.25, 0.42],
    payTo: 'Routing number 000000000, account 445566778',
    goods: ['Container haulage', 'Terminal handling', 'Customs entry', 'Fuel surcharge', 'Storage, per day', 'Weighing'],
    kinds: ['20 ft', '40 ft', 'reefer', 'bonded'],
    lineCount: 52,
  },
];

/** Numbers that look random and are not: the same seed gives the same ones. */
function numbers(seed: string): (below: number) => number {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(list: T[], index: number): T => list[index % list.length] as T;

function linesOf({ number, goods, kinds, lineCount }: Sketch): InvoiceLine[] {
  const next = numbers(number);
  return Array.from({ length: lineCount }, () => ({
    description: `${pick(goods, next(goods.length))}, ${pick(kinds, next(kinds.length))}`,
    quantity: 1 + next(12),
    unitPrice: 95 + next(18_000),
  }));
}

export const INVOICES: Invoice[] = SKETCHES.map(({ goods, kinds, lineCount, ...invoice }) => ({
  ...invoice,
  lines: linesOf({ goods, kinds, lineCount, ...invoice }),
}));

/** Net, tax and total of an invoice, in hundredths. */
export function totalsOf({ lines, taxPercent }: Invoice): { net: number; tax: number; total: number } {
  const net = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const tax = Math.round((net * taxPercent) / 100);
  return { net, tax, total: net + tax };
}
