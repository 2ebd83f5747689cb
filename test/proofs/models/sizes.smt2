; SPDX-License-Identifier: MIT
; claim: g, totals. What QueueLib.resize and enter do to the size of a torn-up node, N = floor(S * A / 2^95), and to the dust (INV-2).
; Exact integers. See rounding.smt2 for "proves" and "refutes".

(define-fun ONE () Int 39614081257132168796771975168) ; 2^95
(define-fun size ((shares Int) (A Int)) Int (div (* shares A) ONE))

(declare-const A Int)
(declare-const S Int)
(declare-const s Int)
(declare-const q Int)
(assert (and (< 0 A) (<= A ONE) (<= 0 s) (<= s S) (<= 0 q)))

; new shares of a position of s shares that becomes q: floor(q * ONE / A)
(declare-const t Int)
(assert (and (<= (* t A) (* q ONE)) (< (* q ONE) (+ (* t A) A))))
(define-fun later () Int (+ (- S s) t))
(define-fun dust () Int (- (- (+ (size S A) q) (size later A)) (size s A)))
; products distribute, which the solver need not find
(assert (= (* later A) (+ (- (* S A) (* s A)) (* t A))))
(assert (>= (* (- S s) A) 0))
(assert (= (* (- S s) A) (- (* S A) (* s A))))

(echo "proves dust is 0, 1 or 2 units, never negative")
(push)
(assert (not (and (<= 0 dust) (<= dust 2))))
(check-sat)
(pop)

(echo "proves dust of entering a torn-up node is 0 or 1")
(push)
(assert (= s 0))
(assert (not (and (<= 0 dust) (<= dust 1))))
(check-sat)
(pop)

(echo "proves dust of leaving is 0 or 1")
(push)
(assert (and (= q 0) (= t 0)))
(assert (not (and (<= 0 dust) (<= dust 1))))
(check-sat)
(pop)

(echo "refutes there is no dust")
(push)
(assert (not (= dust 0)))
(check-sat)
(pop)

(echo "refutes dust is at most 1")
(push)
(assert (and (= A 27729856879992518157740382618) (= S 10) (= s 7) (= q 1))) ; A = 0.7
(assert (not (<= dust 1)))
(check-sat)
(pop)

(echo "proves the size read back is what was asked, or one unit less")
(push)
(assert (not (and (<= (size t A) q) (>= (size t A) (- q 1)))))
(check-sat)
(pop)

(echo "refutes it is what was asked")
(push)
(assert (not (= (size t A) q)))
(check-sat)
(pop)

(echo "proves a reduction never needs more shares than it had, however small A is")
(push)
(assert (<= q (size s A)))
; if t were above s it would be at least s + 1
(assert (or (<= t s) (>= (* (- t (+ s 1)) A) 0)))
(assert (not (<= t s)))
(check-sat)
(pop)

; Shares of a side: newcomers join only while A >= 2^85. A node of N units, below 2^73, then holds fewer than 2^84 shares, and each newcomer likewise.
(define-fun LEAST () Int 38685626227668133590597632) ; 2^85
(define-fun MAX_UNITS () Int 9444732965739290427392) ; 2^73
(echo "proves shares of a node that newcomers may join stay below 2^95, what tearUp assumes")
(push)
(assert (>= A LEAST))
(assert (< (size later A) MAX_UNITS))
(assert (>= later 0))
; later * A >= later * 2^85
(assert (>= (* later (- A LEAST)) 0))
(assert (not (< later ONE)))
(check-sat)
(pop)

(echo "refutes they would if newcomers joined at any A")
(push)
(assert (< (size later A) MAX_UNITS))
(assert (= A 1))
(assert (not (< later ONE)))
(check-sat)
(pop)

; Two positions leave a node one after the other: what both orders free is the same (f).
(declare-const a Int)
(declare-const b Int)
(assert (and (<= 0 a) (<= 0 b) (<= (+ a b) S)))
(define-fun freed ((from Int) (shares Int)) Int (- (- (size from A) (size (- from shares) A)) (size shares A)))
(echo "proves the dust of two absorbed positions of a node does not depend on their order")
(push)
(assert (not (= (+ (freed S a) (freed (- S a) b)) (+ (freed S b) (freed (- S b) a)))))
(check-sat)
(pop)

(echo "refutes each of them frees the same, first or second")
(push)
(assert (not (= (freed S a) (freed (- S b) a))))
(check-sat)
(pop)

; INV-2 of a market over one operation: N + estate of a side moves with its positions' booked sizes, exactly.
(declare-const estate Int)
(echo "proves nodes + estate of the side change by the position's booked sizes alone: by q - floor(s * A)")
(push)
(assert (not (= (- (+ (size later A) estate dust) (+ (size S A) estate)) (- q (size s A)))))
(check-sat)
(pop)
