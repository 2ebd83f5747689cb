; SPDX-License-Identifier: MIT
; claim: absorb. ChargeLib.takesBelowZero: who is absorbed does not depend on the order (INV-8). Exact integers.
; From two accounts to any order: absorbing ends, and after either of two possible steps the other one is still possible and leads to the same
; state, so whoever goes on while somebody can be absorbed ends in the same state (Newman's lemma). See funding.smt2 for "proves" and "refutes".

; due: deficit less reserve. C: capacity. Of each account e: equity, g: what it gained, a sum of its own floors.
(declare-const due Int)
(declare-const C Int)
(declare-const e Int)
(declare-const g Int)
(declare-const e2 Int)
(declare-const g2 Int)
(assert (and (>= g 0) (>= g2 0)))
(define-fun below ((x Int) (gain Int) (owed Int) (W Int)) Bool
  (or (< x 0) (and (> owed 0) (ite (>= owed W) (< x gain) (< (* x W) (* owed gain))))))

; The second is absorbed: capacity falls by g2 or more (the floor of a whole is at least the floors of its parts; and dust), but not below g.
(declare-const C2 Int)
(define-fun due2 () Int (- due e2))
(assert (and (<= g C2) (<= C2 (- C g2))))

(echo "proves of two accounts that can be absorbed, absorbing one leaves the other absorbable: while the charge is the whole jump")
(push)
(assert (>= due C))
(assert (and (below e g due C) (below e2 g2 due C)))
(assert (not (below e g due2 C2)))
(check-sat)
(pop)

(echo "proves likewise while it is a part of the jump")
(push)
(assert (< due C))
(assert (and (below e g due C) (below e2 g2 due C)))
; each a product of what is not negative, or below another: due2 > 0, due2 * C > due * C2, then e * C2 < due2 * g
(assert (=> (> due 0) (>= (* due (- C g2)) (* due C2))))
(assert (=> (> due 0) (<= (* due g2) (* due C))))
(assert (=> (> due 0) (<= (* due g) (* C g))))
(assert (or (< e2 due) (>= (* (- e2 due) C) 0)))
(assert (or (< e g) (>= (* (- e g) C) 0)))
(assert (=> (< e2 0) (<= (* e2 C) 0)))
(assert (= (* due2 C) (- (* due C) (* e2 C))))
(assert (=> (and (> (- (* due g) (* e C)) 0) (> C2 0)) (> (* (- (* due g) (* e C)) C2) 0)))
(assert (=> (>= (- (* due2 C) (* due C2)) 0) (>= (* (- (* due2 C) (* due C2)) g) 0)))
(assert (or (> (- (* due2 g) (* e C2)) 0) (<= (* (- (* due2 g) (* e C2)) C) 0)))
(assert (= (* (- (* due2 g) (* e C2)) C) (+ (* (- (* due2 C) (* due C2)) g) (* (- (* due g) (* e C)) C2))))
(assert (not (below e g due2 C2)))
(check-sat)
(pop)

(echo "refutes it would with one unit more a market, as charges have it")
(push)
(define-fun charged ((x Int) (gain Int) (owed Int) (W Int)) Bool (and (> owed 0) (< (* x W) (* (+ owed 1) gain))))
(assert (and (>= e 0) (>= e2 0) (= C 3) (= C2 1) (= g 1) (= g2 2)))
(assert (and (charged e g due C) (charged e2 g2 due C)))
(assert (not (charged e g due2 C2)))
(check-sat)
(pop)

; ---- who is passed over and then charged: T = due + n, each unit pays ceil(T * j / C) of its jump j, or all of it
(declare-const n Int) ; markets
(declare-const Q Int) ; the account's units on winning sides
(declare-const J Int) ; sum of its units times their jumps, 1e-27
(declare-const x Int) ; what it pays, exactly, 1e-27
(define-fun UNIT () Int 1000000000000000000)
(define-fun T () Int (+ due n))
(assert (and (<= 1 n) (<= n 4) (>= Q 0) (>= J 0)))
(assert (< J (* (+ g n) UNIT))) ; g is a sum of n floors
(assert (<= g C))
(echo "proves who is passed over is left at most 3 units of 1e-9 quote a market, and 1e-18 a unit of size, below zero")
(push)
(assert (and (> due 0) (not (below e g due C))))
(define-fun later () Int (- e (div x UNIT) n)) ; its legs are rounded down: at least this
(assert (ite (>= T C) (= x J) (<= (* x C) (+ (* T J) (* C Q)))))
(assert (=> (< T C) (>= (* T (- (* (+ g n) UNIT) J)) 0)))
(assert (=> (< T C) (>= (* n (- C g)) 0)))
(assert (=> (< T C) (>= (* n (- C T)) 0)))
(define-fun loss () Int (- x (* (+ e n n) UNIT) Q)) ; at most 0
(assert (= (* loss C) (- (* x C) (+ (* (+ e n n) UNIT C) (* Q C)))))
(assert (or (<= loss 0) (> (* loss C) 0)))
(assert (=> (and (< due C) (>= T C)) (<= (* g (- C due)) (* g n))))
(assert (=> (and (< due C) (>= T C)) (<= (* g n) (* C n))))
(assert (or (>= e (- g n)) (< (* (- e (- g n)) C) 0)))
(assert (not (>= (* UNIT later) (- (- (* 3 n UNIT)) Q))))
(check-sat)
(pop)

(echo "refutes he is never left below zero")
(push)
(assert (and (> due 0) (not (below e g due C)) (= n 1) (= due 100) (= C 300) (= g 90) (= e 30) (= Q 100000000000)))
(assert (and (= J (* 90 UNIT)) (= (* x C) (* T J))))
(assert (not (>= (- (* e UNIT) x) 0)))
(check-sat)
(pop)
