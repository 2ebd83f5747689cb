; SPDX-License-Identifier: MIT
; claim: c, charging conserves value in a group of any number of series. OptionChargeLib.gainsOf, share and charge, OptionDeleverageLib._pay, in exact
; integers. By induction over the series, in the order in which they are looked at: what holds of the sums so far holds of those with one series more.
; W: live winning units, j: |jump|, c: charge a unit. See rounding.smt2 for "proves" and "refutes".

(define-fun UNIT () Int 1000000000000000000)

; the share T / C that winners are charged, below one
(declare-const T Int)
(declare-const C Int)
(assert (and (< 0 T) (< T C)))

; ---- one series: c = ceil(T * j / C); y of takings, g of gains, each floored
(declare-const W Int)
(declare-const j Int)
(declare-const c Int)
(assert (and (>= W 0) (>= j 0)))
(assert (and (>= (* c C) (* T j)) (< (* c C) (+ (* T j) C))))
(declare-const y Int)
(declare-const g Int)
(define-fun takes () Bool (and (<= (* y UNIT) (* W c)) (< (* W c) (* (+ y 1) UNIT))))
(define-fun gains () Bool (and (<= (* g UNIT) (* W j)) (< (* W j) (* (+ g 1) UNIT))))

; products of more than two, which a solver does not find by itself: each side multiplied by what is not negative
(define-fun steps () Bool
  (and (= (* W (- (* c C) (* T j))) (- (* (* W c) C) (* T (* W j))))
       (>= (* W (- (* c C) (* T j))) 0)
       (>= (* C (- (* (+ y 1) UNIT) (* W c))) 0)
       (= (* C (- (* (+ y 1) UNIT) (* W c))) (- (* UNIT (* C (+ y 1))) (* (* W c) C)))
       (>= (* T (- (* W j) (* g UNIT))) 0)
       (= (* T (- (* W j) (* g UNIT))) (- (* T (* W j)) (* UNIT (* T g))))))

(echo "proves what a series takes, and a unit, is its share of its gains: (y + 1) * C >= T * g")
(push)
(assert (and takes gains steps))
(assert (not (>= (* C (+ y 1)) (* T g))))
(check-sat)
(pop)

(echo "refutes it is without the unit")
(push)
(assert (and takes gains steps))
(assert (and (= W 1) (= j 2000000000000000000) (= T 1) (= C 4)))
(assert (not (>= (* C y) (* T g))))
(check-sat)
(pop)

; ---- sums: Y of takings, G of gains after k series; one series more
(declare-const Y Int) (declare-const G Int) (declare-const k Int)
(define-fun sofar ((a Int) (b Int) (i Int)) Bool (>= (* C (+ a i)) (* T b)))
(echo "proves of any number of series: (takings + series) * C >= T * gains, one series after the other")
(push)
(assert (sofar 0 0 0))
(assert (and (>= k 0) (sofar Y G k) (>= (* C (+ y 1)) (* T g))))
(assert (= (* C (+ (+ Y y) (+ k 1))) (+ (* C (+ Y k)) (* C (+ y 1)))))
(assert (= (* T (+ G g)) (+ (* T G) (* T g))))
(assert (not (sofar (+ Y y) (+ G g) (+ k 1))))
(check-sat)
(pop)

; ---- C = gains less relief N, T = due + n of n series; each credit is the floor of its relief * T / C
(declare-const due Int) (declare-const n Int) (declare-const N Int) (declare-const credits Int)
(define-fun settled () Bool
  (and (> due 0) (>= n 0) (>= N 0) (= T (+ due n)) (= G (+ C N)) (sofar Y G n) (>= credits 0) (<= (* credits C) (* T N))))
(define-fun expanded () Bool
  (and (= (* T (+ C N)) (+ (* T C) (* T N))) (= (* (+ due n) C) (+ (* due C) (* n C))) (= (* C (+ Y n)) (+ (* C Y) (* C n)))
       (or (>= Y (+ due credits)) (<= (* C (- Y (+ due credits))) (- C)))
       (= (* C (- Y (+ due credits))) (- (* C Y) (* C due) (* C credits)))))
(echo "proves takings cover what is due and all credits, in a group of any number of series")
(push)
(assert (and settled expanded))
(assert (not (>= Y (+ due credits))))
(check-sat)
(pop)

(echo "refutes they cover a unit more")
(push)
(assert (and settled expanded))
(assert (and (= n 1) (= due 1) (= N 0) (= C 4) (= Y 1)))
(assert (not (>= Y (+ due credits 1))))
(check-sat)
(pop)

; ---- INV-15: relief is a sum of the lesser of gains and losses, each floored a leg, so it is at most what is measured
(declare-const a Int) (declare-const b Int) (declare-const fa Int) (declare-const fb Int) (declare-const fab Int)
(echo "proves gains floored account by account are at most those floored series by series")
(push)
(assert (and (>= a 0) (>= b 0) (>= j 0)))
(assert (and (<= (* fa UNIT) (* a j)) (<= (* fb UNIT) (* b j))))
(assert (and (<= (* fab UNIT) (* (+ a b) j)) (< (* (+ a b) j) (* (+ fab 1) UNIT))))
(assert (= (* (+ a b) j) (+ (* a j) (* b j))))
(assert (not (<= (+ fa fb) fab)))
(check-sat)
(pop)
