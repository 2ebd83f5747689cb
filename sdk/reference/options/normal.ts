// SPDX-License-Identifier: MIT
// The normal distribution as the contract has it, digit for digit (contracts/options/NormalLib.sol): numbers with 96
// binary digits after the point.

export const ONE_96 = 1n << 96n;
const LN_2 = 54916777467707473351141471128n;
const ROOT_2 = 112045541949572279837463876455n;
const HALVINGS = 57151038579037013201318837968n;

/** Horner's rule, the highest coefficient first; every product is cut down to 96 digits. */
const horner = (coefficients: readonly bigint[], x: bigint): bigint =>
  coefficients.reduce((sum, coefficient) => ((sum * x) >> 96n) + coefficient);

/** ln(x / y), for 0 < y <= x. */
export function lnRatio(x: bigint, y: bigint): bigint {
  let m = (x << 96n) / y;
  let n = BigInt(m.toString(2).length - 1) - 96n;
  if (m >> n > ROOT_2) ++n;
  m >>= n;
  const z = ((m - ONE_96) << 96n) / (m + ONE_96);
  return n * LN_2 + ((horner(ARTANH, (z * z) >> 96n) * z) >> 96n);
}

/** exp(-x^2 / 2). */
export function bell(x: bigint): bigint {
  const halvings = (((x * x) >> 96n) * HALVINGS) >> 96n;
  return horner(HALVING, halvings & (ONE_96 - 1n)) >> (halvings >> 96n);
}

/** N(-x) / bell(x). */
export const tail = (x: bigint): bigint => (horner(TAIL_TOP, x) << 96n) / horner(TAIL_BOTTOM, x);

const ARTANH = [
  15535910908193690053287359807n,
  17568193605210467478111382575n,
  22637203698814973805345198560n,
  31691260943150000069969673407n,
  52818775019796726299209210601n,
  158456325028524457646196561958n,
];
const HALVING = [
  -5686482375335681939928n,
  99872033609376928256424n,
  -1202824279175283949084539n,
  12199919890717009392094191n,
  -105637539860225446486672872n,
  762026205592055511044262069n,
  -4397488463805885086318106505n,
  19032704727286831649463976695n,
  -54916777467507189187895010288n,
  79228162514263273945281465830n,
];
const TAIL_TOP = [
  31607463228786756015464958283n,
  649409977195128614599525762524n,
  6381932146893146871373242534478n,
  38341950476653007157983945684101n,
  151386018960167442165654715809946n,
  393911395855968390500038368837190n,
  632977834336486643717436610131142n,
  502970696234201527087998363754633n,
];
const TAIL_BOTTOM = [
  ONE_96,
  1627829271228449211754232252746n,
  16076365745470948037155750549661n,
  97736686103704043927928969635372n,
  395310126847666592275018541494844n,
  1080201863216835514886451818700631n,
  1935340758505765641511331521801073n,
  2068580774794218244450266135462588n,
  1005941392468414925692474544491462n,
];
