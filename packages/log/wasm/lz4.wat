;; The LZ4 block format (github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), decoded. Runs are copied 16 bytes at a
;; time and may write up to 15 bytes past their end: the caller leaves room behind source and output.
(module
  (import "heap" "memory" (memory 1))

  ;; Decodes the block from $src to $srcEnd to $dst; matches may not start before $low. Returns the end of the output,
  ;; or -1: a length is cut off, -2: literals leave the block or the output, -3: a match is cut off,
  ;; -4: a match starts before the data, -5: a match leaves the output.
  (func (export "decodeBlock")
    (param $src i32) (param $srcEnd i32) (param $dst i32) (param $dstEnd i32) (param $low i32) (result i32)
    (local $token i32) (local $len i32) (local $byte i32) (local $end i32) (local $from i32) (local $distance i32)
    (loop $sequence
      (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (local.get $dst))))
      (local.set $token (i32.load8_u (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 1)))

      ;; Literals.
      (local.set $len (i32.shr_u (local.get $token) (i32.const 4)))
      (if (i32.eq (local.get $len) (i32.const 15)) (then
        (loop $more
          (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (i32.const -1))))
          (local.set $byte (i32.load8_u (local.get $src)))
          (local.set $src (i32.add (local.get $src) (i32.const 1)))
          (local.set $len (i32.add (local.get $len) (local.get $byte)))
          ;; Before the sum could wrap.
          (if (i32.gt_u (local.get $len) (i32.sub (local.get $dstEnd) (local.get $dst))) (then (return (i32.const -2))))
          (br_if $more (i32.eq (local.get $byte) (i32.const 255))))))
      (if (i32.or
            (i32.gt_u (local.get $len) (i32.sub (local.get $srcEnd) (local.get $src)))
            (i32.gt_u (local.get $len) (i32.sub (local.get $dstEnd) (local.get $dst))))
        (then (return (i32.const -2))))
      (local.set $end (i32.add (local.get $dst) (local.get $len)))
      (local.set $from (local.get $src))
      (local.set $src (i32.add (local.get $src) (local.get $len)))
      (if (i32.gt_u (local.get $len) (i32.const 256))
        (then (memory.copy (local.get $dst) (local.get $from) (local.get $len)))
        (else
          (if (local.get $len) (then
            (loop $copy
              (v128.store (local.get $dst) (v128.load (local.get $from)))
              (local.set $from (i32.add (local.get $from) (i32.const 16)))
              (br_if $copy (i32.lt_u
                (local.tee $dst (i32.add (local.get $dst) (i32.const 16)))
                (local.get $end))))))))
      (local.set $dst (local.get $end))
      (if (i32.eq (local.get $src) (local.get $srcEnd)) (then (return (local.get $dst))))

      ;; A match.
      (if (i32.lt_u (i32.sub (local.get $srcEnd) (local.get $src)) (i32.const 2)) (then (return (i32.const -3))))
      (local.set $distance (i32.load16_u (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 2)))
      (local.set $len (i32.and (local.get $token) (i32.const 15)))
      (if (i32.eq (local.get $len) (i32.const 15)) (then
        (loop $more
          (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (i32.const -1))))
          (local.set $byte (i32.load8_u (local.get $src)))
          (local.set $src (i32.add (local.get $src) (i32.const 1)))
          (local.set $len (i32.add (local.get $len) (local.get $byte)))
          (if (i32.gt_u (local.get $len) (i32.sub (local.get $dstEnd) (local.get $dst))) (then (return (i32.const -5))))
          (br_if $more (i32.eq (local.get $byte) (i32.const 255))))))
      (local.set $len (i32.add (local.get $len) (i32.const 4)))
      (if (i32.or
            (i32.eqz (local.get $distance))
            (i32.gt_u (local.get $distance) (i32.sub (local.get $dst) (local.get $low))))
        (then (return (i32.const -4))))
      (if (i32.gt_u (local.get $len) (i32.sub (local.get $dstEnd) (local.get $dst))) (then (return (i32.const -5))))
      (local.set $from (i32.sub (local.get $dst) (local.get $distance)))
      (local.set $end (i32.add (local.get $dst) (local.get $len)))
      (if (i32.ge_u (local.get $distance) (i32.const 16))
        (then
          (loop $copy
            (v128.store (local.get $dst) (v128.load (local.get $from)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (br_if $copy (i32.lt_u
              (local.tee $dst (i32.add (local.get $dst) (i32.const 16)))
              (local.get $end)))))
        (else
          (if (i32.ge_u (local.get $distance) (i32.const 8))
            (then
              (loop $copy
                (i64.store (local.get $dst) (i64.load (local.get $from)))
                (local.set $from (i32.add (local.get $from) (i32.const 8)))
                (br_if $copy (i32.lt_u
                  (local.tee $dst (i32.add (local.get $dst) (i32.const 8)))
                  (local.get $end)))))
            (else
              (if (i32.eq (local.get $distance) (i32.const 1))
                (then (memory.fill (local.get $dst) (i32.load8_u (local.get $from)) (local.get $len)))
                (else
                  (loop $copy
                    (i32.store8 (local.get $dst) (i32.load8_u (local.get $from)))
                    (local.set $from (i32.add (local.get $from) (i32.const 1)))
                    (br_if $copy (i32.lt_u
                      (local.tee $dst (i32.add (local.get $dst) (i32.const 1)))
                      (local.get $end))))))))))
      (local.set $dst (local.get $end))
      (br $sequence))
    (unreachable)))
