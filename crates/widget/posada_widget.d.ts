/* tslint:disable */
/* eslint-disable */

/**
 * A hotel as its guests may know it.
 */
export class Hotel {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The hotel of `GET /v1/property`.
     *
     * `types` has for each room type `max_adults`, `max_children`, `max_guests`, `max_extra_beds`, and the packages
     * that it is sold in as bits, the first of the hotel's packages the lowest.
     *
     * `rows` has for each row of the tariff, in the answer's order: the type's place (-1 for any), the package's place
     * (-1 for any), first and last night, the weekdays as bits from Monday (0 for any), and in thousandths `room`,
     * `adult`, `children_0_5`, `children_6_10`, `extra_bed`. A day is counted from 1 January of year 1, which is 1.
     *
     * Nothing where the lists are something else.
     */
    static of(types: Float64Array | number[], rows: Float64Array | number[]): Hotel | undefined;
    /**
     * A quote for `ask`: check-in, check-out, the package's place, the objective's place (even, cheapest, fewest rooms),
     * the number of rooms (0 leaves it open), `adults`, the number of children and their ages; then for each type the
     * rooms free (-1 where it is not asked for) and the number wanted (-1 leaves it open); then, for a split, for each
     * room the type's place, `adults`, `children_0_5`, `children_6_10`.
     *
     * The answer begins with what it is:
     * - 0: impossible.
     * - 1: a quote. Whether it is optimal; the number of types left out, each with its place and the night without a
     *   rate; the number of placements, the proposed one first, each with its objective, its total in cents, its number
     *   of rooms, and for each room the type, `adults`, `children_0_5`, `children_6_10`, extra beds, its amount in cents
     *   and that of each night.
     * - 2: a split that cannot be booked. For each room what is wrong (0 nothing, 1 too many guests, 2 no adult, 3
     *   nobody), extra beds, and where nothing is wrong with it its amount in cents.
     */
    quote(ask: Float64Array | number[]): Float64Array;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_hotel_free: (a: number, b: number) => void;
    readonly hotel_of: (a: number, b: number, c: number, d: number) => number;
    readonly hotel_quote: (a: number, b: number, c: number) => [number, number];
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
