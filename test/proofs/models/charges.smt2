; SPDX-License-Identifier: MIT
; claim: c, charging conserves value. ChargeLib.pendingCharges and gains, DeleverageLib.begin and _charge, credits of relief, in exact integers.
; Four markets; a smaller group is one with no winners (W = 0) in the others, and fewer units of rounding.
; W: live winning units, j: |jump|, c: charge a unit. See rounding.smt2 for "proves" and "refutes".

(define-fun UNIT () Int 1000000000000000000)
(declare-const n Int) ; markets
(assert (and (<= 1 n) (<= n 4)))
(declare-const W1 Int) (declare-const W2 Int) (declare-const W3 Int) (declare-const W4 Int)
(declare-const j1 Int) (declare-const j2 Int) (declare-const j3 Int) (declare-const j4 Int)
(assert (and (>= W1 0) (>= W2 0) (>= W3 0) (>= W4 0) (>= j1 0) (>= j2 0) (>= j3 0) (>= j4 0)))
(assert (=> (< n 2) (= W2 0)))
(assert (=> (< n 3) (= W3 0)))
(assert (=> (< n 4) (= W4 0)))

; what a market's winners gained, exactly (g, in 1e-27) and floored; the capacity
(declare-const g1 Int) (declare-const g2 Int) (declare-const g3 Int) (declare-const g4 Int)
(assert (and (= g1 (* W1 j1)) (= g2 (* W2 j2)) (= g3 (* W3 j3)) (= g4 (* W4 j4))))
(define-fun gross () Int (+ (div g1 UNIT) (div g2 UNIT) (div g3 UNIT) (div g4 UNIT)))
(declare-const N Int) ; what registered accounts are relieved of, in all
(assert (and (>= N 0) (<= N gross)))
(define-fun capacity () Int (- gross N))

; deficit less the vault's reserve, and one unit more a market
(declare-const due Int)
(assert (> due 0))
(define-fun target () Int (+ due n))

; ---- target >= capacity: every charge is the whole jump, taken is all that was gained; every credit is the whole relief, N in all
(define-fun least ((a Int) (b Int)) Int (ite (< a b) a b))
(define-fun shortfallWhenFull () Int (- due (least (- gross N) due)))
(echo "proves a shortfall is what the deficit exceeds all that was gained in the jump less relief, and only then (INV-4)")
(push)
(assert (not (and (>= shortfallWhenFull 0) (= (> shortfallWhenFull 0) (> due capacity))
                  (=> (> due capacity) (= shortfallWhenFull (- due capacity))))))
(check-sat)
(pop)

(echo "refutes there is never a shortfall")
(push)
(assert (> shortfallWhenFull 0))
(check-sat)
(pop)

; ---- target < capacity: c = ceil(target * j / capacity), for one market k of them
(declare-const C Int)
(declare-const T Int)
(declare-const j Int)
(declare-const c Int)
(declare-const W Int)
(assert (and (< 0 T) (< T C) (>= j 0) (>= W 0)))
(assert (and (>= (* c C) (* T j)) (< (* c C) (+ (* T j) C))))

(echo "proves a charge is never more than the jump (INV-4, INV-5)")
(push)
; if c were above j, (c - 1 - j) * C would be at least 0; and (C - T) * j is
(assert (or (<= c j) (>= (* (- c 1 j) C) 0)))
(assert (>= (* (- C T) j) 0))
(assert (not (and (<= 0 c) (<= c j))))
(check-sat)
(pop)

(echo "refutes a charge is always less than the jump")
(push)
(assert (> j 0))
(assert (not (< c j)))
(check-sat)
(pop)

(echo "proves a market's takings y = W * c are at least its share: y * C >= T * W * j")
(push)
(define-fun x () Int (- (* c C) (* T j)))
(assert (>= (* W x) 0)) ; of two that are not negative
(assert (= (* W x) (- (* (* W c) C) (* T (* W j)))))
(assert (not (>= (* (* W c) C) (* T (* W j)))))
(check-sat)
(pop)

; ---- so together they cover what is due
(declare-const y1 Int) (declare-const y2 Int) (declare-const y3 Int) (declare-const y4 Int)
(assert (and (>= y1 0) (>= y2 0) (>= y3 0) (>= y4 0)))
(assert (=> (< n 2) (= y2 0)))
(assert (=> (< n 3) (= y3 0)))
(assert (=> (< n 4) (= y4 0)))
(define-fun taken () Int (+ (div y1 UNIT) (div y2 UNIT) (div y3 UNIT) (div y4 UNIT)))
; all credits: each the floor of its relief * target / capacity
(declare-const credits Int)
(assert (>= credits 0))
(echo "proves takings, floored market by market, cover what is due and all credits: no shortfall when capacity is above target")
(push)
(assert (< target capacity))
(assert (<= (* credits capacity) (* target N)))
(define-fun y () Int (+ y1 y2 y3 y4))
(define-fun g () Int (+ g1 g2 g3 g4))
; the sum of the four lines y_k * capacity >= target * g_k above
(assert (>= (* y capacity) (* target g)))
; g >= gross * UNIT, times target; and if y were below (target + credits) * UNIT, so would be its product with the capacity
(assert (>= (* target (- g (* gross UNIT))) 0))
(define-fun wanted () Int (* (+ target credits) UNIT))
(assert (or (>= y wanted) (< (* (- y wanted) capacity) 0)))
(assert (= (* (- y wanted) capacity) (- (* y capacity) (* UNIT target capacity) (* UNIT credits capacity))))
(assert (= (* target (- g (* gross UNIT))) (- (* target g) (* UNIT target capacity) (* UNIT target N))))
(assert (not (>= taken (+ due credits))))
(check-sat)
(pop)

(echo "refutes they cover credits that are rounded up")
(push)
(assert (and (= n 1) (= due 1) (= N 7) (= gross 12) (= j1 UNIT) (= W1 12) (= W2 W3 W4 0)))
(assert (= y1 (* 12 400000000000000000))) ; target 2 of capacity 5: c = 0.4
(assert (= credits 3)) ; of 7 * 2 / 5 = 2.8
(assert (not (>= taken (+ due credits 1))))
(check-sat)
(pop)

(echo "refutes they would without the unit a market")
(push)
(assert (= n 4))
(assert (and (= y1 y2 y3 y4) (>= (+ y1 y2 y3 y4) (* due UNIT))))
(assert (not (>= taken due)))
(check-sat)
(pop)

; ---- what is taken is what the holders' exact worth falls by, or less: a node of S shares at A, of N = floor(S * A / ONE) units
(define-fun ONE () Int 39614081257132168796771975168)
(declare-const S Int)
(declare-const A Int)
(declare-const charge Int)
(assert (and (>= S 0) (>= A 0) (<= A ONE) (>= charge 0)))
(echo "proves a node's exact worth falls by at least charge * its size, so charges never draw on the venue")
(push)
(define-fun units () Int (div (* S A) ONE))
(assert (>= (* charge (- (* S A) (* units ONE))) 0)) ; of two that are not negative
(assert (= (* charge (- (* S A) (* units ONE))) (- (* charge (* S A)) (* (* charge units) ONE))))
(assert (not (>= (* charge (* S A)) (* (* charge units) ONE))))
(check-sat)
(pop)

(echo "refutes it falls by exactly that")
(push)
(assert (and (= S 3) (= A 2) (= charge 5)))
(assert (not (= (* charge (* S A)) (* (* charge (div (* S A) ONE)) ONE))))
(check-sat)
(pop)
