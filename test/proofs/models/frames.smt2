; SPDX-License-Identifier: MIT
; claim: c, a tear-up conserves size and value. FrameLib.tearUp, sizeDown, sharesDown, grossDown; QueueLib.resize.
; Exact integers. A: size per share, 2^95 = 1. S: shares of the node, below 2^95. K: any. See rounding.smt2 for "proves" and "refutes".

(define-fun ONE () Int 39614081257132168796771975168) ; 2^95
(define-fun PRICE_UNIT () Int 1000000000000000000)

(declare-const A Int)
(declare-const S Int)
(declare-const K Int)
(declare-const tilde Int)
(assert (and (<= 0 A) (<= A ONE)))
(assert (and (< 0 S) (< S ONE)))

; size of the node, what is closed of it, and the new A: 0, or ceil(rest * ONE / S)
(define-fun whole () Int (div (* S A) ONE))
(declare-const size Int)
(assert (and (<= 0 size) (<= size whole)))
(define-fun left () Int (- whole size))
(declare-const B Int)
(assert (ite (= left 0) (= B 0) (and (>= (* B S) (* left ONE)) (< (- (* B S) S) (* left ONE)))))

(echo "proves exactly the rest of the size is left")
(push)
(assert (not (= (div (* S B) ONE) left)))
(check-sat)
(pop)

(echo "proves A never grows, and stays 0 or more")
(push)
; if B were above A, B would be at least A + 1, and S * (B - 1 - A) at least 0
(assert (or (<= B A) (>= (* S (- B (+ A 1))) 0)))
(assert (or (>= B 1) (<= (* B S) 0)))
(assert (not (and (<= B A) (<= 0 B))))
(check-sat)
(pop)

(echo "refutes A always falls")
(push)
(assert (> size 0))
(assert (not (< B (- A 1))))
(check-sat)
(pop)

(echo "refutes with the floor instead of the ceiling the rest is left")
(push)
(declare-const floor Int)
(assert (> left 0))
(assert (and (<= (* floor S) (* left ONE)) (< (* left ONE) (+ (* floor S) S))))
(assert (not (= (div (* S floor) ONE) left)))
(check-sat)
(pop)

; ---- value: A * m~ + K * ONE a share, before and after. K grows by floor(closed * m~ / ONE) for longs, ceil for shorts.
(define-fun torn () Int (- A B))
(define-fun longK () Int (+ K (div (* torn tilde) ONE)))
(define-fun shortK () Int (- K (div (- (* torn tilde)) ONE)))
(define-fun before () Int (+ (* A tilde) (* K ONE)))
(define-fun afterLong () Int (+ (* B tilde) (* longK ONE)))
(define-fun afterShort () Int (+ (* B tilde) (* shortK ONE)))

(echo "proves a long share loses less than one price unit by a tear-up at m~, and gains nothing")
(push)
(assert (not (and (<= afterLong before) (< (- before afterLong) ONE))))
(check-sat)
(pop)

(echo "proves a short share, which is negative, likewise")
(push)
(assert (not (and (<= before afterShort) (< (- afterShort before) ONE))))
(check-sat)
(pop)

(echo "refutes a tear-up leaves a share's value exactly as it was")
(push)
(assert (not (= before afterLong)))
(check-sat)
(pop)

; ---- a position of s shares: gross = floor(s * perShare / (ONE * 1e18)). u = perShare before, w after, by what was just proved.
(declare-const u Int)
(declare-const w Int)
(declare-const s Int)
(define-fun UNIT () Int (* ONE PRICE_UNIT))
(assert (and (<= w u) (< (- u w) ONE)))
(assert (> s 0))
(define-fun grossBefore () Int (div (* s u) UNIT))
(define-fun grossAfter () Int (div (* s w) UNIT))

(echo "proves a long position is worth no more after, and less by under s / 1e18 + 1 units of 1e-9 quote")
(push)
(assert (>= (* s (- u w)) 0))
(assert (<= (* s (- u w)) (* s ONE)))
(assert (not (and (<= grossAfter grossBefore) (< (* PRICE_UNIT (- grossBefore grossAfter)) (+ s PRICE_UNIT)))))
(check-sat)
(pop)

(echo "proves a short position likewise: shares -s, per share w before and u after")
(push)
(define-fun shortBefore () Int (div (* (- s) w) UNIT))
(define-fun shortAfter () Int (div (* (- s) u) UNIT))
(assert (>= (* s (- u w)) 0))
(assert (<= (* s (- u w)) (* s ONE)))
(assert (not (and (<= shortAfter shortBefore) (< (* PRICE_UNIT (- shortBefore shortAfter)) (+ s PRICE_UNIT)))))
(check-sat)
(pop)

(echo "refutes a position loses at most one unit of 1e-9 quote, whatever its size")
(push)
(assert (>= (- grossBefore grossAfter) 2))
(check-sat)
(pop)

; ---- |K|: after n tear-ups at |m~| <= M, K * ONE lies within M * (ONE - A), and n units below (longs) or above (shorts).
(declare-const M Int)
(declare-const n Int)
(assert (and (<= (- M) tilde) (<= tilde M)))
(assert (>= n 0))

(echo "proves K of longs: -M - n <= K <= M, one tear-up after the other")
(push)
(assert (and (<= (* K ONE) (* M (- ONE A))) (>= (* K ONE) (- (- (* M (- ONE A))) (* n ONE)))))
(assert (<= B A)) ; proved above
(assert (and (>= (* torn (- M tilde)) 0) (>= (* torn (+ M tilde)) 0))) ; products of what is not negative
(assert (not (and (<= (* longK ONE) (* M (- ONE B))) (>= (* longK ONE) (- (- (* M (- ONE B))) (* (+ n 1) ONE))))))
(check-sat)
(pop)

(echo "proves K of shorts: -M <= K <= M + n")
(push)
(assert (and (>= (* K ONE) (- (* M (- ONE A)))) (<= (* K ONE) (+ (* M (- ONE A)) (* n ONE)))))
(assert (<= B A))
(assert (and (>= (* torn (- M tilde)) 0) (>= (* torn (+ M tilde)) 0)))
(assert (not (and (>= (* shortK ONE) (- (* M (- ONE B)))) (<= (* shortK ONE) (+ (* M (- ONE B)) (* (+ n 1) ONE))))))
(check-sat)
(pop)

(echo "refutes |K| <= M exactly, as the design says: rounding against the holder may pass it by a unit a tear-up")
(push)
(assert (and (= S 8) (= K 0) (= A ONE) (= M 1) (= tilde (- 1)) (= size 2)))
(declare-const C Int)
(declare-const K2 Int)
(assert (= (* C 8) (* 3 ONE))) ; a second one, of 3 of the 6 that are left
(assert (= K2 (+ longK (div (* (- B C) tilde) ONE))))
(assert (not (<= (- M) K2)))
(check-sat)
(pop)
