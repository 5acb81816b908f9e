;; Points of packed floats, taken apart: x, y and z beside each other, whatever else a point holds. Any stride, any byte:
;; WebAssembly reads words wherever they lie.
(module
  (import "heap" "memory" (memory 1))

  ;; Where the last call has stopped writing: past the coordinates, and past the indices of the points left out.
  (global $placed (export "placed") (mut i32) (i32.const 0))
  (global $left (export "left") (mut i32) (i32.const 0))

  ;; Takes $count points whose x starts at $from, $stride bytes apart, and one more word of each ($extra bytes after x).
  ;; Coordinates go to $to, the words to $words; of a point with |coordinate| above $farthest, or NaN, only its index ($index
  ;; for the first one) is written, to $dropped. Reads and writes 4 bytes more than there are: leave room. Returns the
  ;; largest of $largest and the words that are finite; all comparisons are of bits, which order floats of one sign.
  (func (export "take") (param $from i32) (param $count i32) (param $stride i32) (param $extra i32) (param $to i32)
      (param $words i32) (param $dropped i32) (param $index i32) (param $farthest i32) (param $largest i32) (result i32)
    (local $point v128) (local $bounds v128) (local $word i32) (local $some i32) (local $last i32)
    (local $b v128) (local $c v128) (local $d v128) (local $best v128) (local $magnitude v128) (local $finite v128)
    ;; Four points at a time, as long as none of them is left out; the rest one by one.
    ;; The fourth lane is somebody else's: it passes always.
    (local.set $bounds (i32x4.replace_lane 3 (i32x4.splat (local.get $farthest)) (i32.const 0x7fffffff)))
    (local.set $best (i32x4.splat (local.get $largest)))
    (local.set $magnitude (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
    (local.set $finite (v128.const i32x4 0x7f800000 0x7f800000 0x7f800000 0x7f800000))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $some (i32.const 4))
        (if (i32.lt_u (local.get $count) (i32.const 4)) (then (local.set $some (local.get $count)))
          (else
            (local.set $last (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.const 3))))
            (local.set $point (v128.load align=1 (local.get $from)))
            (local.set $b (v128.load align=1 (i32.add (local.get $from) (local.get $stride))))
            (local.set $c (v128.load align=1 (i32.sub (local.get $last) (local.get $stride))))
            (local.set $d (v128.load align=1 (local.get $last)))
            (if (i32.eqz (v128.any_true (i32x4.gt_s
                  (i32x4.max_s
                    (i32x4.max_s (v128.and (local.get $point) (local.get $magnitude)) (v128.and (local.get $b) (local.get $magnitude)))
                    (i32x4.max_s (v128.and (local.get $c) (local.get $magnitude)) (v128.and (local.get $d) (local.get $magnitude))))
                  (local.get $bounds))))
              (then
                (v128.store align=1 (local.get $to) (local.get $point))
                (v128.store offset=12 align=1 (local.get $to) (local.get $b))
                (v128.store offset=24 align=1 (local.get $to) (local.get $c))
                (v128.store offset=36 align=1 (local.get $to) (local.get $d))
                (local.set $to (i32.add (local.get $to) (i32.const 48)))
                (local.set $point
                  (v128.load32_lane align=1 3 (i32.add (local.get $last) (local.get $extra))
                  (v128.load32_lane align=1 2 (i32.add (i32.sub (local.get $last) (local.get $stride)) (local.get $extra))
                  (v128.load32_lane align=1 1 (i32.add (i32.add (local.get $from) (local.get $stride)) (local.get $extra))
                  (v128.load32_zero align=1 (i32.add (local.get $from) (local.get $extra)))))))
                (v128.store align=1 (local.get $words) (local.get $point))
                (local.set $words (i32.add (local.get $words) (i32.const 16)))
                (local.set $best (i32x4.max_s (local.get $best) (v128.and (local.get $point)
                  (i32x4.lt_s (local.get $point) (local.get $finite)))))
                (local.set $from (i32.add (local.get $last) (local.get $stride)))
                (local.set $index (i32.add (local.get $index) (i32.const 4)))
                (local.set $count (i32.sub (local.get $count) (i32.const 4)))
                (br $next)))))
        (local.set $count (i32.sub (local.get $count) (local.get $some)))
        (loop $one
          (local.set $point (v128.load align=1 (local.get $from)))
          (if (v128.any_true (i32x4.gt_s (v128.and (local.get $point) (local.get $magnitude)) (local.get $bounds)))
            (then
              (i32.store align=1 (local.get $dropped) (local.get $index))
              (local.set $dropped (i32.add (local.get $dropped) (i32.const 4))))
            (else
              (v128.store align=1 (local.get $to) (local.get $point))
              (local.set $to (i32.add (local.get $to) (i32.const 12)))
              (local.set $word (i32.load align=1 (i32.add (local.get $from) (local.get $extra))))
              (i32.store align=1 (local.get $words) (local.get $word))
              (local.set $words (i32.add (local.get $words) (i32.const 4)))
              (if (i32.and
                    (i32.gt_s (local.get $word) (local.get $largest))
                    (i32.lt_s (local.get $word) (i32.const 0x7f800000)))
                (then (local.set $largest (local.get $word))))))
          (local.set $from (i32.add (local.get $from) (local.get $stride)))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br_if $one (local.tee $some (i32.sub (local.get $some) (i32.const 1)))))
        (br $next)))
    (global.set $placed (local.get $to))
    (global.set $left (local.get $dropped))
    (local.set $best (i32x4.max_s (local.get $best) (i32x4.splat (local.get $largest))))
    (local.set $best (i32x4.max_s (local.get $best)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $best) (local.get $best))))
    (i32x4.extract_lane 0 (i32x4.max_s (local.get $best)
      (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $best) (local.get $best))))))
