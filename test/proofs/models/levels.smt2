; SPDX-License-Identifier: MIT
; claim: b, levels. NodeId.levelUp and exactRank for any granule g >= 1 (the code's are powers of two, which OrderProofs shows), any rank.
; Exact integers, unbounded. See rounding.smt2 for "proves" and "refutes".

(define-fun FRACTION () Int 16777216) ; 2^24
(declare-const g Int)
(declare-const a Int)
(declare-const b Int)
(assert (>= g 1))

; index = ceil(a / g), key = index * g, below = key - a, residue = floor(below * 2^24 / g)
(declare-const indexA Int)
(declare-const indexB Int)
(assert (and (< (- (* indexA g) g) a) (<= a (* indexA g))))
(assert (and (< (- (* indexB g) g) b) (<= b (* indexB g))))
(define-fun keyA () Int (* indexA g))
(define-fun keyB () Int (* indexB g))
(define-fun below () Int (- keyA a))
(declare-const residue Int)
(assert (and (<= (* residue g) (* below FRACTION)) (< (* below FRACTION) (+ (* residue g) g))))

(echo "proves the gain at a key understates by less than one granule")
(push)
(assert (not (and (<= a keyA) (< (- keyA a) g))))
(check-sat)
(pop)

(echo "proves levels of one granule are in the order of exact ranks")
(push)
(assert (< a b))
(assert (> keyA keyB))
; an integer above another is at least one above, and the same of g times them
(assert (or (<= indexA indexB) (>= (* (- indexA indexB) g) g)))
(check-sat)
(pop)

(echo "refutes different ranks have different levels")
(push)
(assert (< a b))
(assert (not (< keyA keyB)))
(check-sat)
(pop)

(echo "proves a residue fits 24 bits")
(push)
(assert (not (and (<= 0 residue) (< residue FRACTION))))
(check-sat)
(pop)

; exactRank = key - floor(residue * g / 2^24)
(define-fun exact () Int (- keyA (div (* residue g) FRACTION)))
(echo "proves the remembered rank is never better than the exact one, and less than granule / 2^24 + 1 above it")
(push)
(assert (not (and (<= a exact) (<= exact keyA) (< (* (- (- exact a) 1) FRACTION) g))))
(check-sat)
(pop)

(echo "refutes the remembered rank is the exact one")
(push)
(assert (not (= exact a)))
(check-sat)
(pop)

; A queue that ascends by key ascends by gain at every m~: long gain = m - rank, short gain = -m - rank.
(declare-const m Int)
(echo "proves of two levels of any granules the one with the lower key gains more at every price, on both sides")
(push)
(declare-const keyC Int)
(declare-const keyD Int)
(assert (< keyC keyD))
(assert (not (and (> (- m keyC) (- m keyD)) (> (- (- m) keyC) (- (- m) keyD)))))
(check-sat)
(pop)

(echo "refutes of two exact ranks the lower one has the lower level, whatever their granules")
(push)
(declare-const h Int)
(declare-const indexH Int)
(assert (>= h 1))
(assert (and (< (- (* indexH h) h) b) (<= b (* indexH h))))
(assert (< a b))
(assert (not (<= keyA (* indexH h))))
(check-sat)
(pop)
