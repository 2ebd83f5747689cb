; SPDX-License-Identifier: MIT
; claim: absorb. AbsorbLib: what a settlement is made of does not depend on the order of absorbs and registrations (INV-8). Exact integers.
; Who can be absorbed is fixed by the frozen marks, so only the sums have to agree. From two operations to any number: neighbours can be swapped.
; See funding.smt2 for "proves" and "refutes".

; The state of one account in a lock: 0 neither, 1 registered, 2 absorbed. Of it: debt e (its equity below zero), gains g, losses l.
(define-fun least ((a Int) (b Int)) Int (ite (< a b) a b))
(define-fun relief ((g Int) (l Int)) Int (least g l))
(define-fun afterNet ((s Int)) Int (ite (= s 0) 1 s))
(define-fun afterAbsorb ((s Int) (e Int)) Int (ite (< e 0) 2 s))

; What it adds to the sums: to the deficit, to what live winners gained, to what is relieved
(define-fun D ((s Int) (e Int)) Int (ite (= s 2) (- e) 0))
(define-fun W ((s Int) (g Int)) Int (ite (= s 2) 0 g))
(define-fun N ((s Int) (g Int) (l Int)) Int (ite (= s 1) (relief g l) 0))

(declare-const s Int) (declare-const e Int) (declare-const g Int) (declare-const l Int)
(assert (and (<= 0 s) (<= s 2) (>= g 0) (>= l 0)))
(define-fun netThenAbsorb () Int (afterAbsorb (afterNet s) e))
(define-fun absorbThenNet () Int (afterNet (afterAbsorb s e)))

(echo "proves registering and absorbing one account, in either order, leave the same deficit, capacity and relief")
(push)
(assert (not (and (= (D netThenAbsorb e) (D absorbThenNet e)) (= (W netThenAbsorb g) (W absorbThenNet g))
                  (= (N netThenAbsorb g l) (N absorbThenNet g l)))))
(check-sat)
(pop)

(echo "refutes they would if an absorbed account's registration stayed in the sum")
(push)
(define-fun stays ((registered Bool)) Int (ite registered (relief g l) 0))
(assert (and (= s 0) (< e 0)))
(assert (not (= (stays true) (stays false))))
(check-sat)
(pop)

(echo "proves registering again, or absorbing again, changes nothing")
(push)
(assert (not (and (= (afterNet (afterNet s)) (afterNet s)) (= (afterAbsorb (afterAbsorb s e) e) (afterAbsorb s e)))))
(check-sat)
(pop)

; Sums of different accounts do not touch each other, so swapping operations on two of them changes nothing. The sums keep their bounds:
(declare-const others Int) ; what the other live accounts gained, less what they are relieved of
(assert (>= others 0))
(echo "proves what is relieved is never more than what live winners gained")
(push)
(define-fun t () Int (afterAbsorb (afterNet s) e))
(assert (not (>= (+ others (- (W t g) (N t g l))) 0)))
(check-sat)
(pop)

; A liquidation gives the loss d of a leg from one (g, l) to another (g2, l2), and registers both first
(declare-const g2 Int) (declare-const l2 Int) (declare-const d Int)
(assert (and (>= g2 0) (>= l2 0) (<= 0 d) (<= d l)))
(echo "proves registered before a leg moves, both together are relieved of no more than both lost")
(push)
(assert (not (<= (+ (relief g l) (relief g2 l2)) (+ l l2))))
(check-sat)
(pop)

(echo "refutes they are if the taker is registered after")
(push)
(assert (not (<= (+ (relief g l) (relief g2 (+ l2 d))) (+ l l2))))
(check-sat)
(pop)

(echo "refutes who gave it away has the same relief if he is registered after")
(push)
(assert (not (= (relief g l) (relief g (- l d)))))
(check-sat)
(pop)

; ---- a registered account that is charged: T = due + n, each unit pays ceil(T * j / C) of its jump j, or all of it; floor(r * T / C) comes back
(declare-const n Int) ; markets
(declare-const Q Int) ; the account's units on winning sides
(declare-const J Int) ; sum of its units times their jumps, 1e-27
(declare-const x Int) ; what it pays, exactly, 1e-27
(declare-const T Int)
(declare-const C Int)
(declare-const back Int) ; the credit
(declare-const eq Int) ; equity at the frozen marks
(define-fun UNIT () Int 1000000000000000000)
(define-fun r () Int (relief g l))
(assert (and (<= 1 n) (<= n 4) (>= Q 0) (>= J 0) (> T 0) (>= C 0)))
(assert (and (<= (* g UNIT) J) (< J (* (+ g n) UNIT)))) ; g is a sum of at most n floors
(define-fun later () Int (+ (- eq (div x UNIT) n) back)) ; its legs are rounded down: at least this
(define-fun floorOf () Int (ite (<= g l) eq (+ (- eq g) l))) ; the lesser of the equities at frozen marks and anchors, as gains and losses are floored

(echo "proves the credit of the whole jump leaves at most 2 units of 1e-9 quote a market below the lesser of both equities")
(push)
(assert (and (>= T C) (= x J) (= back r)))
(assert (not (>= later (- floorOf (* 2 n)))))
(check-sat)
(pop)

(echo "proves the credit of a part leaves at most 2 units a market and one more, and 1e-18 quote a unit of size, below the lesser of both")
(push)
(assert (< T C))
(assert (and (<= (* x C) (+ (* T J) (* C Q))) (<= (* back C) (* r T)) (> (* (+ back 1) C) (* r T))))
; x * C - UNIT * (back + 1) * C < T * (J - UNIT * r) + C * Q <= C * (J - UNIT * r) + C * Q, as r <= g and T < C
(assert (>= (* (- C T) (- J (* UNIT r))) 0))
(define-fun loss () Int (- x (* UNIT (+ back 1)) (- J (* UNIT r)) Q)) ; at most 0
(assert (= (* loss C) (- (* x C) (* UNIT (+ back 1) C) (* C (- J (* UNIT r))) (* C Q))))
(assert (= (* (- C T) (- J (* UNIT r))) (- (* C (- J (* UNIT r))) (- (* T J) (* UNIT r T)))))
(assert (or (<= loss 0) (> (* loss C) 0)))
(assert (not (>= (* UNIT later) (- (* UNIT floorOf) (* UNIT (+ (* 2 n) 1)) Q))))
(check-sat)
(pop)

(echo "refutes never a unit below the lesser of both")
(push)
(assert (and (= n 1) (= T 101) (= C 300) (= g 90) (= l 90) (= eq 30) (= Q 100000000000)))
(assert (and (= J (* 90 UNIT)) (= (* x C) (* T J)) (= back 30)))
(assert (not (>= later floorOf)))
(check-sat)
(pop)
