import { seededRandom, seedOf } from './random.ts';

const CATEGORIES = ['audio', 'books', 'garden', 'kitchen', 'office', 'outdoor', 'tools', 'toys'] as const;
const ADJECTIVES = ['compact', 'foldable', 'heavy', 'insulated', 'modular', 'quiet', 'solar', 'wireless'] as const;
const NOUNS: Readonly<Record<Category, readonly string[]>> = {
  audio: ['amplifier', 'headphones', 'microphone', 'speaker'],
  books: ['atlas', 'cookbook', 'dictionary', 'notebook'],
  garden: ['hose', 'planter', 'rake', 'shears'],
  kitchen: ['blender', 'kettle', 'skillet', 'toaster'],
  office: ['desk', 'lamp', 'monitor', 'stapler'],
  outdoor: ['backpack', 'lantern', 'stove', 'tent'],
  tools: ['drill', 'hammer', 'saw', 'wrench'],
  toys: ['blocks', 'kite', 'puzzle', 'robot'],
};

type Category = (typeof CATEGORIES)[number];

/** An article of the shop. Some are broken on purpose, as real sources are: a pipeline has to find them. */
export interface CatalogueItem {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly category: Category;
  /** Null in about one of 50 items. */
  readonly price_cents: number | null;
  /** Negative in about one of 50 items. */
  readonly stock: number;
  readonly rating: number;
}

export interface CataloguePage {
  readonly items: readonly CatalogueItem[];
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
}

/** The items of a shop, made from a seed: the same seed gives the same items. */
export class Catalogue {
  readonly items: readonly CatalogueItem[];

  constructor(seed: string, size: number) {
    const random = seededRandom(seedOf(`${seed}/catalogue`));
    this.items = Array.from({ length: size }, (_, index): CatalogueItem => {
      const category = random.pick(CATEGORIES);
      return {
        id: index + 1,
        sku: `${category.slice(0, 3).toUpperCase()}-${String(index + 1).padStart(4, '0')}`,
        name: `${random.pick(ADJECTIVES)} ${random.pick(NOUNS[category])}`,
        category,
        price_cents: random.integer(1, 50) === 1 ? null : random.integer(299, 49_999),
        stock: random.integer(1, 50) === 1 ? -1 : random.integer(0, 240),
        rating: random.integer(10, 50) / 10,
      };
    });
  }

  /** The item with an id, or null. */
  find(id: number): CatalogueItem | null {
    return this.items[id - 1] ?? null;
  }

  /** A page of the items of a category (or of all), in the order of their ids. */
  list(page: { readonly skip: number; readonly limit: number; readonly category?: string | undefined }): CataloguePage {
    const { skip, limit, category } = page;
    const all = category === undefined ? this.items : this.items.filter((item) => item.category === category);
    return { items: all.slice(skip, skip + limit), total: all.length, skip, limit };
  }

  /** The items whose name holds every word of the text, best rated first. */
  search(text: string, limit: number): CataloguePage {
    const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
    const found = this.items
      .filter((item) => words.every((word) => item.name.includes(word) || item.category.includes(word)))
      .sort((a, b) => b.rating - a.rating || a.id - b.id);
    return { items: found.slice(0, limit), total: found.length, skip: 0, limit };
  }
}
